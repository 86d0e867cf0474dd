package io.watertight.caches;

import com.github.benmanes.caffeine.cache.Expiry;

/**
 * Has Caffeine keep an entry for the time that was found out before the entry went in: here a field is read, and nothing can
 * fail.
 */
record EntryExpiry<K, E extends EntryExpiry.Timed>(boolean restartedByAccess) implements Expiry<K, E> {
    /** Knows how long it is kept. */
    interface Timed {
        long lifeNanos();
    }

    @Override
    public long expireAfterCreate(K key, E entry, long now) {
        return entry.lifeNanos();
    }

    @Override
    public long expireAfterUpdate(K key, E entry, long now, long left) {
        return entry.lifeNanos();
    }

    @Override
    public long expireAfterRead(K key, E entry, long now, long left) {
        return restartedByAccess ? entry.lifeNanos() : left;
    }
}
