package io.watertight.testing;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Runs a function and lets its result escape, so that no compiler removes it. */
final class AllocationValue implements AllocatingOperation {
    /** Static, because an object of our own could be removed together with what it holds. */
    @SuppressWarnings("UnusedVariable") // nobody reads it
    private static volatile @Nullable Object sink;

    private final Callable<?> function;

    AllocationValue(Callable<?> function) {
        this.function = function;
    }

    @Override
    public void run() throws Exception {
        sink = function.call();
    }

    static void forget() {
        sink = null;
    }
}
