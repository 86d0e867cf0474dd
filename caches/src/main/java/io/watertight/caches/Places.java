package io.watertight.caches;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The places of a map that counts its entries.
 *
 * <p>Where there is a limit, a place is taken before its entry is put, under the lock of the entry's bin and only for a key that
 * has none, and given back after the entry was removed: so there are never more entries than places taken, and no place is
 * taken for an entry that is only replaced. The one compare-and-set in {@link #tryTake()} decides who gets the last place.
 *
 * <p>Thread-safe, lock-free.
 */
final class Places {
    private final long limit;
    private final AtomicLong taken = new AtomicLong();

    /** Places up to a limit; {@link Long#MAX_VALUE} for as many as are asked for. */
    Places(long limit) {
        this.limit = limit;
    }

    boolean isLimited() {
        return limit != Long.MAX_VALUE;
    }

    /** Takes a place, if there is one. */
    boolean tryTake() {
        long now = taken.get();
        while (now < limit) {
            long seen = taken.compareAndExchange(now, now + 1);
            if (seen == now) {
                return true;
            }
            now = seen;
        }
        return false;
    }

    /** Counts an entry that is there already; only without a limit. */
    void take() {
        taken.incrementAndGet();
    }

    void giveBack() {
        taken.decrementAndGet();
    }

    long taken() {
        return taken.get();
    }
}
