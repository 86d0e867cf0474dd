package io.watertight.caches;

import io.watertight.guards.CleanupAction;
import org.jspecify.annotations.Nullable;

/** How a {@link LeasedCache} was described. */
record LeasedSettings<K, V>(
        String name,
        long maximum,
        @Nullable Weigher<? super K, ? super V> weigher,
        LoadSettings<K> loading,
        int maxOpen,
        int closers,
        long closeTimeoutNanos,
        LeftoverPolicy leftovers,
        CleanupAction<? super V> closeAction,
        long timeToLiveNanos,
        boolean restartedByAccess,
        double jitter,
        int overdueTicks) {
    /** What is done where nothing else is said. */
    static final CleanupAction<Object> CLOSE = value -> ((AutoCloseable) value).close();

    /** Refuses what could not be closed. */
    void checkCloseable(V value) {
        if (closeAction == CLOSE && !(value instanceof AutoCloseable)) {
            throw new IllegalArgumentException("cache '" + name + "': a value of "
                    + value.getClass().getName() + " cannot be closed; say how with closeWith(), or use a ValueCache");
        }
    }

    boolean expires() {
        return timeToLiveNanos > 0;
    }
}
