package io.watertight.caches;

import io.watertight.guards.Guard;
import java.lang.ref.Reference;

/** A hold of which a guard says where it was taken; both are lost with the lease, if that is dropped. */
final class WatchedHold<V> extends Hold<V> {
    private final ValueHandle<V> handle;
    private final Guard<?> guard;

    WatchedHold(ValueHandle<V> handle, Guard<?> guard) {
        this.handle = handle;
        this.guard = guard;
        handle.core.counters.watched.incrementAndGet();
    }

    @Override
    V value() {
        try {
            return handle.value();
        } finally {
            Reference.reachabilityFence(guard); // not found dropped while somebody uses it
        }
    }

    @Override
    void release() {
        handle.core.counters.watched.decrementAndGet();
        try {
            guard.close();
        } finally {
            handle.release();
        }
    }

    @Override
    V detach() {
        return handle.detach();
    }

    @Override
    void detached() {
        handle.core.counters.watched.decrementAndGet();
        try {
            guard.close();
        } finally {
            handle.detached();
        }
    }

    @Override
    EndedHold<V> ended() {
        return handle.ended();
    }
}
