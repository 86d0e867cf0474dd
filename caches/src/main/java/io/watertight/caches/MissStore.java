package io.watertight.caches;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.watertight.guards.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what is known of keys that are not in the cache, in a bound of its own, so that they cannot displace values.
 *
 * @param <K> the keys
 */
final class MissStore<K> {
    /*
     * A load that began before a put must not say afterwards that the key has no value. So every key has a stamp, which
     * forget() advances before it removes; what a load found is remembered only if the stamp is still the one of its start,
     * which is looked at inside the map's atomic step for the key. Either that step comes first, and forget() removes what it
     * left, or it sees the new stamp. Keys share 256 stamps: a put of another key now and then costs a key its entry.
     *
     * forgetAll() cannot wait for the steps of all keys: it advances all stamps and then begins a new map (both volatile).
     * remember() takes the map (volatile) before it compares the stamp: either it takes the old map, and nobody sees what it
     * leaves, or the stamps have been advanced.
     *
     * Most caches never have anything to remember, and then there is nothing to remove: `used` is written (volatile) before the
     * stamp is compared (volatile), and read after it is advanced. So of two at the same time, forget() sees that there may be
     * something, or the other sees the new stamp, and leaves nothing.
     */
    private static final int STAMPS = 256;

    private final long maximumSize;
    private final Ticker ticker;
    private volatile Cache<K, Miss> misses;
    private final AtomicIntegerArray stamps = new AtomicIntegerArray(STAMPS);
    private volatile boolean used;

    MissStore(long maximumSize, Ticker ticker) {
        this.maximumSize = maximumSize;
        this.ticker = ticker;
        this.misses = newCache();
    }

    private Cache<K, Miss> newCache() {
        return Caffeine.newBuilder()
                .maximumSize(maximumSize)
                .expireAfter(Expiry.<K, Miss>writing((key, miss) -> Duration.ofNanos(miss.lifeNanos())))
                .ticker(ticker::nanos)
                .executor(Runnable::run) // its upkeep is a few steps under its own lock, and calls nobody
                .build();
    }

    @Nullable
    Miss find(K key) {
        return misses.getIfPresent(key);
    }

    int stamp(K key) {
        return stamps.get(place(key));
    }

    /** Remembers what a load found, unless the key was forgotten since the stamp. */
    void remember(K key, int stamp, UnaryOperator<@Nullable Miss> next) {
        if (!used) {
            used = true;
        }
        Cache<K, Miss> here = misses; // before the stamp is compared
        here.asMap().compute(key, (same, before) -> stamp(same) == stamp ? next.apply(before) : before);
    }

    /** Forgets a key, and returns what was known. */
    @Nullable
    Miss forget(K key) {
        stamps.incrementAndGet(place(key));
        return used ? misses.asMap().remove(key) : null;
    }

    void forgetAll() {
        for (int i = 0; i < STAMPS; i++) {
            stamps.incrementAndGet(i);
        }
        misses = newCache();
    }

    long size() {
        Cache<K, Miss> now = misses;
        now.cleanUp();
        return now.estimatedSize();
    }

    private int place(K key) {
        int hash = key.hashCode() * 0x9E3779B9;
        return hash >>> (Integer.SIZE - Integer.numberOfTrailingZeros(STAMPS));
    }
}
