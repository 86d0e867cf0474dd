package io.watertight.pools;

import io.watertight.guards.internal.CoarseClock;
import io.watertight.guards.internal.Texts;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What a builder said, checked and converted; immutable. */
final class PoolSettings<T> {
    final String name;
    final int capacity;
    final Allocator<T> allocator;
    final int prefill;
    final int concurrentCalls;
    final int maxHungCalls;
    final long callTimeoutNanos;
    final long firstBackOffNanos;
    final long longestBackOffNanos;
    final int maxLifetimeTicks;
    final double lifetimeSpread;
    final int maxIdleTicks;
    final int validateEveryTicks;
    final int overdueAfterTicks;
    final LeakPolicy leakPolicy;
    final int maxAbandoned;
    final OrderPolicy order;
    final long closeTimeoutNanos;
    final @Nullable Class<?> interfaceType;
    final @Nullable Predicate<Object> dirty;
    final DirtyPolicy dirtyPolicy;
    final PoolBuilder.@Nullable ResetAction<Object> reset;
    final @Nullable ToLongFunction<Object> cost;
    final long maxRetainedCost;

    @SuppressWarnings("unchecked") // only objects of this pool are passed
    PoolSettings(PoolBuilder<T> builder) {
        this.name = builder.name;
        this.capacity = builder.capacity;
        this.allocator = builder.allocator;
        this.prefill = builder.prefill;
        this.concurrentCalls = builder.concurrentCalls;
        this.maxHungCalls = builder.maxHungCalls < 0 ? 2 * builder.concurrentCalls : builder.maxHungCalls;
        this.callTimeoutNanos = Texts.saturatedNanos(builder.callTimeout);
        this.firstBackOffNanos = Texts.saturatedNanos(builder.firstBackOff);
        this.longestBackOffNanos = Texts.saturatedNanos(builder.longestBackOff);
        this.maxLifetimeTicks = ticks(builder.maxLifetime);
        this.lifetimeSpread = builder.lifetimeSpread;
        this.maxIdleTicks = ticks(builder.maxIdle);
        this.validateEveryTicks = ticks(builder.validateEvery);
        this.overdueAfterTicks = ticks(builder.overdueAfter);
        this.leakPolicy = builder.leakPolicy;
        this.maxAbandoned = builder.maxAbandoned < 0 ? builder.capacity : builder.maxAbandoned;
        this.order = builder.order;
        this.closeTimeoutNanos = Texts.saturatedNanos(builder.closeTimeout);
        this.interfaceType = builder.interfaceType;
        this.dirty = (Predicate<Object>) builder.dirty;
        this.dirtyPolicy = builder.dirtyPolicy;
        this.reset = (PoolBuilder.ResetAction<Object>) builder.reset;
        this.cost = (ToLongFunction<Object>) builder.cost;
        this.maxRetainedCost = builder.maxRetainedCost;
    }

    private static int ticks(@Nullable Duration duration) {
        return duration == null ? Integer.MAX_VALUE : CoarseClock.toTicks(duration);
    }

    boolean inspectsReturns() {
        return dirty != null || reset != null || cost != null;
    }
}
