package io.watertight.caches;

import io.watertight.caches.CacheCloseReport.Leftover;
import io.watertight.caches.OpenValues.Counts;
import io.watertight.guards.LeakDetector;
import io.watertight.guards.TrackingLevel;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The cache its users see. Nothing of the library refers to it, so that one that was dropped is collected: then its core is
 * closed, and the loss reported.
 *
 * <p>Methods end with reachabilityFence(this): a cache must not be found dropped while one of its methods runs.
 */
final class BoundedLeasedCache<K, V> implements LeasedCache<K, V> {
    /** What caches themselves are tracked as. */
    private static final LeakDetector CACHES = LeakDetector.of("cache");

    private final LeasedCore<K, V> core;
    private final CacheLoader<? super K, ? extends V> loader;
    private final long bytesPerValue;
    private final Cleaner.Cleanable registration;
    private final AtomicBoolean ended = new AtomicBoolean();

    @SuppressWarnings("this-escape")
    private BoundedLeasedCache(LeasedCore<K, V> core, CacheLoader<? super K, ? extends V> loader, long bytesPerValue) {
        this.core = core;
        this.loader = loader;
        this.bytesPerValue = bytesPerValue;
        this.registration = CACHES.register(this, core::drop);
    }

    static <K, V> BoundedLeasedCache<K, V> open(
            LeasedSettings<K, V> settings,
            @Nullable CacheLoader<? super K, ? extends V> loader,
            long bytesPerValue,
            BooksOpener opener) {
        String name = settings.name();
        LeasedCore<K, V> core = new LeasedCore<>(settings, opener);
        try {
            CacheLoader<? super K, ? extends V> none = (key, load) -> {
                throw new IllegalStateException(
                        "cache '" + name + "' has no loader; build it with one, or acquire with one");
            };
            return new BoundedLeasedCache<>(core, loader == null ? none : loader, bytesPerValue);
        } catch (Throwable failure) {
            core.drop();
            throw failure;
        }
    }

    LeasedCore<K, V> core() {
        return core;
    }

    @Override
    public @Nullable CacheLease<V> acquire(K key) throws InterruptedException {
        return lease(key, loader, Long.MAX_VALUE);
    }

    @Override
    public @Nullable CacheLease<V> acquire(K key, Duration timeout) throws InterruptedException {
        return lease(key, loader, Arguments.notNegativeNanos(timeout, "timeout"));
    }

    @Override
    public @Nullable CacheLease<V> acquire(K key, CacheLoader<? super K, ? extends V> itsLoader)
            throws InterruptedException {
        return lease(key, Objects.requireNonNull(itsLoader, "itsLoader"), Long.MAX_VALUE);
    }

    private @Nullable CacheLease<V> lease(K key, CacheLoader<? super K, ? extends V> itsLoader, long nanos)
            throws InterruptedException {
        Objects.requireNonNull(key, "key");
        try {
            ValueHandle<V> handle = core.take(key, itsLoader, nanos);
            return handle == null ? null : core.lease(handle);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public @Nullable CacheLease<V> acquireIfPresent(K key) {
        Objects.requireNonNull(key, "key");
        try {
            ValueHandle<V> handle = core.takePresent(key);
            return handle == null ? null : core.lease(handle);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public <R, E extends Exception> @Nullable R with(K key, CacheFunction<? super V, ? extends R, E> use)
            throws E, InterruptedException {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(use, "use");
        try {
            ValueHandle<V> handle = core.take(key, loader, Long.MAX_VALUE);
            if (handle == null) {
                return null;
            }
            try {
                return use.apply(handle.value());
            } finally {
                handle.release();
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void put(K key, V value) throws InterruptedException {
        Objects.requireNonNull(value, "value");
        try {
            core.put(key, value);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public boolean putIfAbsent(K key, V value) throws InterruptedException {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        try {
            return core.putIfAbsent(key, value);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void invalidate(K key) {
        Objects.requireNonNull(key, "key");
        try {
            core.invalidate(key);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void invalidateAll() {
        try {
            core.invalidateAll();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public Set<K> keys() {
        try {
            core.map.synchronous().cleanUp(); // else what is about to be dropped is there, too
            return Set.copyOf(core.map.synchronous().asMap().keySet());
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public int trim(double fraction) {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException("fraction must be from 0 to 1: " + fraction);
        }
        try {
            return core.trim(fraction);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public OptionalLong worstCaseBytes() {
        long most = core.settings.maxOpen();
        if (bytesPerValue < 0) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(bytesPerValue > Long.MAX_VALUE / most ? Long.MAX_VALUE : most * bytesPerValue);
    }

    @Override
    public LeasedCacheStats stats() {
        try {
            Counts now = core.open.now();
            LoadCounters loads = core.loads.counters;
            return new LeasedCacheStats(
                    now.resident(),
                    now.open(),
                    now.leased(),
                    now.zombies(),
                    now.toClose(),
                    now.closing(),
                    core.open.closed.get(),
                    core.open.closeFailures.get(),
                    core.loads.inFlight(),
                    loads.loads.get(),
                    loads.failures.get(),
                    loads.timeouts.get(),
                    loads.absent.get(),
                    loads.late.get(),
                    loads.refused.get(),
                    core.counters.redundantCloses.get());
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void level(TrackingLevel level) {
        try {
            core.books.detector().level(level);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public String name() {
        return core.settings.name();
    }

    @Override
    public void close() {
        try {
            close(core.settings.closeTimeoutNanos());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public CacheCloseReport close(Duration deadline) throws InterruptedException {
        return close(Arguments.notNegativeNanos(deadline, "deadline"));
    }

    private CacheCloseReport close(long nanos) throws InterruptedException {
        try {
            long start = System.nanoTime();
            core.beginClose();
            if (ended.compareAndSet(false, true)) {
                registration.clean(); // not dropped, then
            }
            List<Leftover> leftovers = List.of();
            boolean complete = false;
            try {
                complete = core.open.awaitGone(nanos);
            } finally {
                leftovers = complete ? List.of() : core.settleLeftovers(core.settings.leftovers());
            }
            Counts now = core.open.now();
            return new CacheCloseReport(
                    name(),
                    complete,
                    Duration.ofNanos(System.nanoTime() - start),
                    leftovers,
                    now.toClose() + now.closing(),
                    core.loads.inFlight());
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public String toString() {
        LeasedCacheStats stats = stats();
        return "LeasedCache[" + name() + ", resident=" + stats.resident() + ", open=" + stats.open() + ", leases="
                + stats.leases() + ", in flight=" + stats.inFlight() + (ended.get() ? ", closed]" : "]");
    }
}
