package io.watertight.guards;

import io.watertight.guards.internal.VirtualThreads;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/** The record of the slow path: FULL and STRICT, inside a scope, or while acquire and release events are recorded. */
final class DetailedRecord<T> extends LeakRecord.Holding<T> {
    /** The acquisition, undecoded because decoding costs five times as much; null below FULL. */
    private final @Nullable Throwable acquisition;

    private final @Nullable LeakScope scope;
    private final @Nullable WeakReference<Thread> virtualOwner;
    private final String ownerName;
    private final LeakRegistry registry;
    private final long openedNanos;

    DetailedRecord(
            Object referent,
            ReferenceQueue<Object> queue,
            Thread owner,
            long bytes,
            @Nullable T resource,
            CleanupAction<? super T> action,
            boolean reclaim,
            LeakRegistry registry,
            @Nullable Throwable acquisition,
            @Nullable LeakScope scope) {
        super(referent, queue, registry.clock.tick(), owner, bytes, resource, action, reclaim);
        this.acquisition = acquisition;
        this.scope = scope;
        this.virtualOwner = VirtualThreads.isVirtual(owner) ? new WeakReference<>(owner) : null;
        this.ownerName = owner.getName();
        this.registry = registry;
        this.openedNanos = registry.ticker.nanos();
    }

    @Nullable
    Throwable acquisition() {
        return acquisition;
    }

    @Nullable
    LeakScope scope() {
        return scope;
    }

    /** The owner if it is a virtual thread that still exists; a hand-over does not change it. */
    @Nullable
    Thread virtualOwner() {
        return virtualOwner == null ? null : virtualOwner.get();
    }

    String openedBy() {
        return ownerName;
    }

    long ageNanos() {
        return registry.ticker.nanos() - openedNanos;
    }

    /** After a close that succeeded. */
    void released() {
        registry.jfr().released(site(), bytes(), ageNanos());
    }
}
