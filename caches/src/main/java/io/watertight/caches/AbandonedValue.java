package io.watertight.caches;

import io.watertight.guards.CleanupAction;
import io.watertight.guards.LeakDetector;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A value that somebody leases while its cache is closed. It is closed by the last lease, or when the collector finds that its
 * handle was lost with the leases; by neither, if it was detached. Knows the value, and not the handle, by whose loss it is
 * found.
 */
final class AbandonedValue<V> implements Runnable {
    private static final LeakDetector ABANDONED = LeakDetector.of("value of a closed cache");

    private final AtomicReference<@Nullable V> value;
    private final CleanupAction<? super V> action;
    private Cleaner.@Nullable Cleanable registration;

    private AbandonedValue(V value, CleanupAction<? super V> action) {
        this.value = new AtomicReference<>(value);
        this.action = action;
    }

    static <V> AbandonedValue<V> of(ValueHandle<V> handle, V value, CleanupAction<? super V> action) {
        AbandonedValue<V> abandoned = new AbandonedValue<>(value, action);
        abandoned.registration = ABANDONED.register(handle, abandoned);
        return abandoned;
    }

    /** Closes the value, once. */
    @Override
    public void run() {
        V mine = value.getAndSet(null);
        if (mine == null) {
            return;
        }
        try {
            action.run(mine);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IllegalStateException("a value of a closed cache could not be closed", failure);
        }
    }

    /** By the last lease: closes the value, and forgets the handle. */
    void close() {
        Cleaner.Cleanable registered = registration;
        if (registered != null) {
            registered.clean();
        }
    }

    /** By who owns the value from here on. */
    void detach() {
        value.set(null);
        close();
    }
}
