package io.watertight.caches;

import com.github.benmanes.caffeine.cache.AsyncCache;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A {@link ValueCache} over a map of Caffeine or Guava. */
final class BoundedValueCache<K, V> implements ValueCache<K, V>, LoadHost<K, V, Stored<V>> {
    /*
     * Close, against a put: the put writes, then reads `closed`, and takes back what it wrote if it was set; close sets it, then
     * removes everything. Loads has the same rule for what it begins.
     */
    private final ValueSettings<K, V> settings;
    private final ValueStore<K, V> store;
    private final AsyncCache<K, Stored<V>> map;
    private final Loads<K, V, Stored<V>> loads;
    private final LoadDefence<? super K> defence;
    private final @Nullable StaleStore<K, V> stale;
    private final @Nullable LongAdder hits;
    private final LongAdder misses = new LongAdder();
    private volatile boolean closed;

    BoundedValueCache(ValueSettings<K, V> settings) {
        this.settings = settings;
        this.stale = settings.keepsStale() ? new StaleStore<>(settings) : null;
        BiConsumer<K, Stored<V>> onExpiry = stale == null ? null : stale::keep;
        this.store =
                settings.exactLru() ? new LruStore<>(settings) : new CaffeineStore<>(settings, this::reload, onExpiry);
        this.map = store.map();
        LoadDefence<? super K> given = settings.defence();
        this.defence = given == null ? LoadDefence.<K>builder(settings.name()).build() : given;
        this.loads = new Loads<>(settings.loads(defence), map, this);
        this.hits = settings.recordHits() ? new LongAdder() : null;
    }

    private CompletableFuture<Stored<V>> reload(K key) {
        return loads.reload(key, Objects.requireNonNull(settings.loader()));
    }

    /** The hit: what Caffeine does, one future and one field. */
    private @Nullable V hit(K key) {
        CompletableFuture<Stored<V>> future = map.getIfPresent(key);
        if (future == null) {
            return null;
        }
        Stored<V> stored = future.getNow(null);
        if (stored == null) {
            return null;
        }
        LongAdder counter = hits;
        if (counter != null) {
            counter.increment();
        }
        return stored.value;
    }

    @Override
    public @Nullable V getIfPresent(K key) {
        V value = hit(key);
        if (value == null) {
            misses.increment();
        }
        return value;
    }

    @Override
    public @Nullable V get(K key) throws InterruptedException {
        V value = hit(key);
        if (value != null) {
            return value;
        }
        CacheLoader<? super K, ? extends V> loader = settings.loader();
        if (loader == null) {
            throw new IllegalStateException(
                    "cache '" + settings.name() + "': has no loader; give one to its builder, or use get(key, loader)");
        }
        return load(key, loader);
    }

    @Override
    public @Nullable V get(K key, CacheLoader<? super K, ? extends V> loader) throws InterruptedException {
        Objects.requireNonNull(loader, "loader");
        V value = hit(key);
        return value != null ? value : load(key, loader);
    }

    private @Nullable V load(K key, CacheLoader<? super K, ? extends V> loader) throws InterruptedException {
        misses.increment();
        StaleStore<K, V> expired = stale;
        if (expired == null) {
            return valueOf(loads.get(key, loader, Long.MAX_VALUE));
        }
        // Caffeine evicts what has expired when it has time; now, so that it is found there.
        map.asMap().computeIfPresent(key, (same, present) -> present);
        if (settings.degraded() != null && settings.degraded().getAsBoolean()) {
            V old = expired.serve(key);
            if (old != null) {
                return old;
            }
        }
        try {
            V value = valueOf(loads.get(key, loader, Long.MAX_VALUE));
            expired.forget(key);
            return value;
        } catch (LoadFailedException | LoadTimeoutException | LoadRefusedException failure) {
            V old = settings.staleNanos() > 0 ? expired.serve(key) : null;
            if (old == null) {
                throw failure;
            }
            return old;
        }
    }

    private @Nullable V valueOf(@Nullable Stored<V> stored) {
        return stored == null ? null : stored.value;
    }

    @Override
    public void put(K key, V value) {
        put(key, value, 0);
    }

    @Override
    public void put(K key, V value, Duration timeToLive) {
        put(key, value, settings.checkLife(timeToLive));
    }

    private void put(K key, V value, long lifeNanos) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        checkOpen();
        store.put(key, settings.store(key, value, lifeNanos));
        forget(key);
        if (closed) {
            map.asMap().remove(key);
            throw loads.closedException();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw loads.closedException();
        }
    }

    /** What was known of the key besides. */
    private void forget(K key) {
        defence.forget(key);
        if (stale != null) {
            stale.forget(key);
        }
    }

    @Override
    public void invalidate(K key) {
        var unused = map.asMap().remove(key);
        forget(key);
    }

    @Override
    public void invalidateAll() {
        map.asMap().clear();
        defence.forgetAll();
        if (stale != null) {
            stale.forgetAll();
        }
    }

    @Override
    public Set<K> keys() {
        return store.keys();
    }

    @Override
    public long size() {
        return store.size();
    }

    @Override
    public long trim(double fraction) {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException("fraction must be 0 to 1: " + fraction);
        }
        return store.trim(fraction);
    }

    @Override
    public OptionalLong worstCaseBytes() {
        long once;
        if (settings.weighsBytes()) {
            once = settings.maximum();
        } else if (settings.bytesPerEntry() > 0) {
            once = saturatedProduct(settings.maximum(), settings.bytesPerEntry() + ValueSettings.STRUCTURE_BYTES);
        } else {
            return OptionalLong.empty();
        }
        return OptionalLong.of(stale == null ? once : saturatedProduct(once, 2));
    }

    private static long saturatedProduct(long one, long other) {
        long high = Math.multiplyHigh(one, other);
        long product = one * other;
        return high == 0 && product >= 0 ? product : Long.MAX_VALUE;
    }

    @Override
    public ValueCacheStats stats() {
        LoadCounters counters = loads.counters;
        return new ValueCacheStats(
                store.size(),
                hits == null ? 0 : hits.sum(),
                misses.sum(),
                counters.loads.get(),
                counters.absent.get(),
                counters.failures.get(),
                counters.timeouts.get(),
                counters.refused.get(),
                counters.late.get(),
                loads.inFlight(),
                store.evictedForSize(),
                store.expired(),
                stale == null ? 0 : stale.size(),
                stale == null ? 0 : stale.served.sum());
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public void close() {
        closed = true;
        loads.close();
        invalidateAll();
    }

    @Override
    public Stored<V> adopt(K key, V value, long timeToLiveNanos) {
        try {
            return settings.store(key, value, timeToLiveNanos);
        } catch (Throwable refused) {
            if (value instanceof AutoCloseable closeable) {
                LoadRun.closeQuietly(closeable); // nobody else has it
            }
            throw refused;
        }
    }

    @Override
    public void holdMore(Stored<V> entry, int times) {}

    @Override
    public boolean tryHold(Stored<V> entry) {
        return true;
    }

    @Override
    public void release(Stored<V> stored) {}

    @Override
    public void discard(Stored<V> entry) {}

    @Override
    public void reserve(long timeoutNanos) {}

    @Override
    public void unreserve() {}

    @Override
    public long checkTimeToLive(Duration timeToLive) {
        return settings.checkLife(timeToLive);
    }

    @Override
    public String toString() {
        return "ValueCache[" + settings.name() + ", " + store.size() + " of at most " + settings.maximum() + "]";
    }
}
