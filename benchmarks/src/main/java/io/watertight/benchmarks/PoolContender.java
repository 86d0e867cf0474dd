package io.watertight.benchmarks;

import java.util.List;

/** A pool to compare, filled with as many objects as it may have. */
interface PoolContender extends AutoCloseable {
    /** Claims an object, waits for one if there is none, has it used, and releases it: one operation. */
    void cycle(PoolWork work) throws Exception;

    /** The objects, for the check that no count was lost. */
    List<PooledThing> things();

    @Override
    void close() throws Exception;
}
