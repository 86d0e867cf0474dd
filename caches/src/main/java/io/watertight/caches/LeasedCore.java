package io.watertight.caches;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.watertight.guards.Evidence;
import io.watertight.guards.Guard;
import io.watertight.guards.Outstanding;
import io.watertight.guards.Site;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.internal.Books;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The kernel of a cache of closeable values. It does not know the {@link LeasedCache} in front of it, so that one which is
 * dropped can be collected and found.
 */
final class LeasedCore<K, V> implements Books.Keeper, LoadHost<K, V, ValueHandle<V>> {
    /*
     * Caffeine keeps the map: which entry is there, and which is evicted. What is done here is ownership. Each value has a handle
     * (ValueHandle says how it ends), which is in `open` from before it is put into the map until its value was closed. The map's
     * removal listener retires the handle of what it drops, and does nothing else; close() retires all that are in `open`, whatever
     * the map knows of them. So no value depends on what Caffeine does to be closed in the end.
     *
     * Publication and close: a handle gets into `open` under its lock, or is refused because the cache is closed. Those that
     * got in are retired by close().
     *
     * What is computed of a value by code of users, its weight, is computed before the map has it, and kept in the handle.
     */
    private static final int NOT_TRACKED = 0;
    private static final int SAMPLED = 1;
    private static final int ASK = 2;
    private static final int TICKS_OF_A_LOOK = 10;
    /** Somebody may use the coldest of all, but hardly so many of the coldest; if so, one waits until a value is given back. */
    private static final int COLDEST_LOOKED_AT = 32;

    final LeasedSettings<K, V> settings;
    final LeasedCounters counters = new LeasedCounters();
    final EndedHold<V> ended = new EndedHold<>(this);
    final AsyncCache<K, ValueHandle<V>> map;
    final Loads<K, V, ValueHandle<V>> loads;
    final OpenValues<V> open;
    final Books books;
    private final StepScheduler scheduler;
    private final AtomicInteger made = new AtomicInteger();
    private final int seed;
    private volatile boolean closed;
    private volatile int mode = ASK;
    private volatile @Nullable Books booksOrNull;
    private int looked;

    @SuppressWarnings("this-escape")
    LeasedCore(LeasedSettings<K, V> settings, BooksOpener opener) {
        this.settings = settings;
        this.seed = settings.name().hashCode();
        this.open = new OpenValues<>(this);
        this.scheduler = new StepScheduler(settings.loading().ticker());
        this.map = map();
        this.loads = new Loads<>(settings.loading(), map, this);
        this.books = opener.open(settings.name(), this); // last: from here on steps are made
        this.booksOrNull = books;
        trackingChanged(); // what changed before
    }

    private AsyncCache<K, ValueHandle<V>> map() {
        Caffeine<Object, Object> caffeine = Caffeine.newBuilder()
                .executor(Runnable::run) // all it does is to retire handles
                .scheduler(scheduler)
                .ticker(settings.loading().ticker()::nanos);
        Caffeine<K, ValueHandle<V>> bounded = settings.weigher() == null
                ? retyped(caffeine.maximumSize(settings.maximum()))
                : caffeine.maximumWeight(settings.maximum()).weigher((K key, ValueHandle<V> handle) -> handle.weight);
        if (settings.expires()) {
            bounded.expireAfter(new EntryExpiry<>(settings.restartedByAccess()));
        }
        return bounded.removalListener((key, handle, cause) -> {
                    if (handle != null) {
                        handle.retire();
                    }
                })
                .buildAsync();
    }

    @SuppressWarnings("unchecked") // nothing has fixed its types yet
    private static <K, V> Caffeine<K, V> retyped(Caffeine<?, ?> caffeine) {
        return (Caffeine<K, V>) caffeine;
    }

    /** The value of a key if it is there, held; null otherwise. */
    @Nullable
    ValueHandle<V> takePresent(K key) {
        ValueHandle<V> handle = takeIfThere(key);
        if (handle == null) {
            checkOpen();
        }
        return handle;
    }

    private @Nullable ValueHandle<V> takeIfThere(K key) {
        CompletableFuture<ValueHandle<V>> present = map.getIfPresent(key);
        ValueHandle<V> handle = present == null ? null : present.getNow(null);
        return handle != null && handle.tryAcquire() ? handle : null;
    }

    /** The value of a key, held, after loading it if it is not there; null if there is none. */
    @Nullable
    ValueHandle<V> take(K key, CacheLoader<? super K, ? extends V> loader, long timeoutNanos)
            throws InterruptedException {
        ValueHandle<V> present = takePresent(key);
        return present == null ? loads.get(key, loader, timeoutNanos) : present;
    }

    void checkOpen() {
        if (closed) {
            throw loads.closedException();
        }
    }

    /** Makes a lease of what the caller holds. */
    CacheLease<V> lease(ValueHandle<V> handle) {
        try {
            Hold<V> hold = mode == SAMPLED && --handle.untilSample >= 0 ? handle : watched(handle);
            return new CacheLease<>(hold);
        } catch (Throwable failure) {
            handle.release();
            throw failure;
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // closed when the lease is
    private Hold<V> watched(ValueHandle<V> handle) {
        switch (mode) {
            case NOT_TRACKED -> {
                return handle;
            }
            case SAMPLED -> {
                Site site = books.sample();
                handle.untilSample = books.pause();
                handle.site = site;
                return new WatchedHold<>(handle, site.open(settings.name(), nothing -> {}));
            }
            default -> {
                TrackingLevel level = books.level();
                if (level == TrackingLevel.OFF || level == TrackingLevel.COUNT) {
                    return handle;
                }
                Guard<String> guard = books.detector().open(settings.name(), nothing -> {});
                handle.site = guard.site();
                return new WatchedHold<>(handle, guard);
            }
        }
    }

    /** How many leases of a new handle go by before one is sampled: spread, so that also of many short-lived ones one in N is. */
    private int firstPause() {
        long spread = (made.getAndIncrement() * 0x9E37_79B9L) & 0xFFFF_FFFFL;
        return (int) (((books.pause() + 1L) * spread) >>> 32);
    }

    Site siteOf(ValueHandle<V> handle) {
        Site site = handle.site;
        return site == null ? books.common() : site;
    }

    /** Puts a value, which is the cache's from here on. */
    void put(K key, V value) throws InterruptedException {
        if (isThere(key, value)) {
            return;
        }
        ValueHandle<V> handle = adoptWithPlace(key, value);
        try {
            map.synchronous().put(key, handle);
        } catch (Throwable failure) {
            handle.retire();
            throw failure;
        } finally {
            handle.release();
        }
        forget(key);
    }

    /** What was known of a key that has a value now. */
    private void forget(K key) {
        try {
            settings.loading().defence().forget(key);
        } catch (RuntimeException | Error failure) { // of the key; its value is there all the same
            books.failed("what cache '" + settings.name() + "' knew of a key could not be forgotten", failure);
        }
    }

    private boolean isThere(K key, V value) {
        try {
            ValueHandle<V> present = takeIfThere(Objects.requireNonNull(key, "key"));
            boolean same = present != null && present.value == value;
            if (present != null) {
                present.release();
            }
            return same;
        } catch (Throwable failure) { // of the key
            dispose(value);
            throw failure;
        }
    }

    /** Puts a value, unless there is one or it is being loaded; false if so, and the value stays the caller's. */
    boolean putIfAbsent(K key, V value) throws InterruptedException {
        checkOpen();
        settings.checkCloseable(value);
        if (map.getIfPresent(key) != null) {
            return false;
        }
        open.reserve(settings.loading().timeoutNanos());
        ValueHandle<V> handle;
        try {
            handle = newHandle(key, value, 0);
            open.add(handle);
        } catch (Throwable failure) {
            open.unreserve();
            throw failure;
        }
        try {
            if (map.asMap().putIfAbsent(key, CompletableFuture.completedFuture(handle)) != null) {
                return !isGivenBack(handle);
            }
        } catch (Throwable failure) { // maybe after it was put
            if (isGivenBack(handle)) {
                throw failure;
            }
            books.failed(
                    "cache '" + settings.name() + "' failed when a value was put, and has it all the same", failure);
            return true;
        }
        handle.release();
        forget(key);
        return true;
    }

    /** Gives a value back to who offered it; false if somebody uses it by now, or the cache was closed by force, and the value. */
    private boolean isGivenBack(ValueHandle<V> handle) {
        try {
            handle.detach();
        } catch (IllegalStateException tooLate) {
            handle.release();
            return false;
        }
        handle.detached();
        return true;
    }

    private ValueHandle<V> adoptWithPlace(K key, V value) throws InterruptedException {
        try {
            checkOpen();
            open.reserve(settings.loading().timeoutNanos());
        } catch (Throwable failure) {
            dispose(value);
            throw failure;
        }
        try {
            return adopt(key, value, 0);
        } catch (Throwable failure) {
            open.unreserve();
            throw failure;
        }
    }

    @Override
    public ValueHandle<V> adopt(K key, V value, long timeToLiveNanos) {
        settings.checkCloseable(value);
        try {
            ValueHandle<V> handle = newHandle(key, value, timeToLiveNanos);
            open.add(handle);
            return handle;
        } catch (Throwable failure) {
            dispose(value);
            throw failure;
        }
    }

    private ValueHandle<V> newHandle(K key, V value, long timeToLiveNanos) {
        long time = timeToLiveNanos == 0 ? settings.timeToLiveNanos() : timeToLiveNanos;
        return new ValueHandle<>(
                this,
                key,
                value,
                Weights.weigh("cache '" + settings.name() + "'", settings.weigher(), key, value),
                time == 0 ? 0 : Jitter.vary(time, settings.jitter(), key.hashCode(), seed),
                firstPause());
    }

    /** Closes what was not taken over. */
    private void dispose(V value) {
        try {
            settings.closeAction().run(value);
        } catch (Throwable failure) {
            open.closeFailures.incrementAndGet();
            books.closeFailed(books.common(), failure);
        }
    }

    @Override
    public void holdMore(ValueHandle<V> handle, int times) {
        handle.acquireMore(times);
    }

    @Override
    public boolean tryHold(ValueHandle<V> handle) {
        return handle.tryAcquire();
    }

    @Override
    public void release(ValueHandle<V> handle) {
        handle.release();
    }

    @Override
    public void discard(ValueHandle<V> handle) {
        handle.retire();
        handle.release();
    }

    @Override
    public void reserve(long timeoutNanos) throws InterruptedException {
        open.reserve(timeoutNanos);
    }

    @Override
    public void unreserve() {
        open.unreserve();
    }

    @Override
    public long checkTimeToLive(Duration timeToLive) {
        if (!settings.expires()) {
            throw new IllegalStateException("cache '" + settings.name()
                    + "' keeps its values without a time limit; give it one before single values can have their own");
        }
        return Arguments.positiveNanos(timeToLive, "timeToLive");
    }

    void invalidate(K key) {
        map.synchronous().invalidate(key);
        settings.loading().defence().forget(key);
    }

    void invalidateAll() {
        map.synchronous().invalidateAll();
        settings.loading().defence().forgetAll();
    }

    /** Drops this very value, if it is still in the map. */
    private void remove(ValueHandle<V> handle) {
        @SuppressWarnings("unchecked")
        K key = (K) handle.key;
        CompletableFuture<ValueHandle<V>> present = map.asMap().get(key);
        if (present != null && present.getNow(null) == handle) {
            map.asMap().remove(key, present);
        }
    }

    /** By the only user of a value, who took it: it is not the cache's any more. */
    void detached(ValueHandle<V> handle) {
        open.detached(handle);
        try {
            remove(handle);
        } catch (RuntimeException | Error failure) { // of the key; nobody can acquire the value all the same
            books.failed(
                    "a detached value could not be removed from the map of cache '" + settings.name() + "'", failure);
        }
    }

    /** Makes room for one more open value by dropping some of those that are used least, and by nobody now. */
    void evictUnused() {
        map.synchronous()
                .policy()
                .eviction()
                .ifPresent(eviction -> eviction.coldest(COLDEST_LOOKED_AT).values().stream()
                        .filter(handle -> handle.holds() == 0)
                        .limit(1)
                        .forEach(this::remove));
    }

    /** Drops a share of the values, those used least first; how many. */
    int trim(double fraction) {
        map.synchronous().cleanUp();
        long size = map.synchronous().estimatedSize();
        int most = (int) Math.min(Integer.MAX_VALUE, (long) Math.ceil(size * fraction));
        List<ValueHandle<V>> coldest = new ArrayList<>();
        map.synchronous()
                .policy()
                .eviction()
                .ifPresent(eviction -> coldest.addAll(eviction.coldest(most).values()));
        coldest.forEach(this::remove);
        return coldest.size();
    }

    /** Closes a value, on a thread for that. */
    void closeValue(ValueHandle<V> handle) throws Exception {
        AbandonedValue<V> abandoned = handle.abandoned;
        if (abandoned != null) {
            abandoned.close();
        } else {
            settings.closeAction().run(Objects.requireNonNull(handle.value));
        }
    }

    AbandonedValue<V> registerAbandoned(ValueHandle<V> handle) {
        return AbandonedValue.of(handle, Objects.requireNonNull(handle.value), settings.closeAction());
    }

    /** Lets nothing in any more, and has everything closed that nobody uses. Any number of times. */
    void beginClose() {
        closed = true;
        open.end();
        loads.close();
        open.held().forEach(ValueHandle::retire);
        try {
            map.synchronous().invalidateAll(); // lets go of what is closed already, or about to be
        } catch (RuntimeException | Error failure) { // of a key
            books.failed("the map of cache '" + settings.name() + "' could not be cleared", failure);
        }
        closeBooksIfDone();
    }

    /** When the cache was dropped: as {@link #beginClose}, and what is leased is let go. */
    void drop() {
        if (!closed) {
            beginClose();
            settleLeftovers(LeftoverPolicy.ABANDON);
        }
    }

    /** Does with those that are still leased what the policy says. */
    List<CacheCloseReport.Leftover> settleLeftovers(LeftoverPolicy policy) {
        List<CacheCloseReport.Leftover> leftovers = new ArrayList<>();
        for (ValueHandle<V> handle : open.held()) {
            V value = handle.value;
            int leases = handle.holds();
            if (value != null && leases > 0) {
                leftovers.add(new CacheCloseReport.Leftover(
                        value.getClass().getName(), leases, siteOf(handle).label()));
            }
            if (policy == LeftoverPolicy.FORCE) {
                handle.force();
            } else {
                open.abandon(handle);
            }
        }
        closeBooksIfDone();
        return leftovers;
    }

    private void closeBooksIfDone() {
        if (closed && open.isEmpty()) {
            books.close();
        }
    }

    @Override
    public void step(boolean everything) {
        try {
            scheduler.step();
        } finally {
            open.step();
        }
        int now = books.clock().tick();
        if (settings.overdueTicks() > 0 && (everything || now - looked >= TICKS_OF_A_LOOK)) {
            looked = now;
            for (ValueHandle<V> late : open.findOverdue(now, settings.overdueTicks())) {
                books.found(Evidence.OVERDUE, siteOf(late), late.retiredTick, null);
            }
        }
        closeBooksIfDone();
    }

    @Override
    public void trackingChanged() {
        Books current = booksOrNull;
        if (current != null) {
            mode = current.isPlain() ? SAMPLED : current.isOff() ? NOT_TRACKED : ASK;
        }
    }

    @Override
    public List<Outstanding.Entry> outstanding() {
        Books current = booksOrNull;
        long leases = open.now().leased() - counters.watched.get(); // those have guards, which are listed
        if (current == null || leases <= 0) {
            return List.of();
        }
        return List.of(new Outstanding.Entry(settings.name(), current.common().label(), leases, 0, Duration.ZERO, 0));
    }
}
