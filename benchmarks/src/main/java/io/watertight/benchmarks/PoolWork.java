package io.watertight.benchmarks;

import io.watertight.pools.PoolFunction;

/** What one user does with an object; it belongs to one thread. */
abstract class PoolWork implements PoolFunction<PooledThing, PooledThing, RuntimeException> {
    abstract void use(PooledThing thing);

    @Override
    public final PooledThing apply(PooledThing thing) {
        use(thing);
        return thing;
    }
}
