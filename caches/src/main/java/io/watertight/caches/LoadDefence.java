package io.watertight.caches;

import io.watertight.caches.Miss.Absent;
import io.watertight.caches.Miss.Audit;
import io.watertight.caches.Miss.Failure;
import io.watertight.guards.Ticker;
import io.watertight.guards.internal.Texts;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a cache from loading what would be of no use: keys that do not exist, keys whose load has just failed, and more loads
 * in a second than what is loaded from can bear.
 *
 * <p>Without it, whoever asks for keys that do not exist reaches the database with every question, because a miss leaves nothing
 * behind. What is known of such keys is kept apart from the values, in a bound of its own, and so cannot displace any.
 *
 * <p>Is asked when a key is missing only; a hit does not pay for it. Thread-safe; nothing waits. Make one for each cache: what it
 * knows is about the keys of one. Belongs to no thread, and needs no close: the thread that fills its filter ends with that.
 *
 * @param <K> the keys
 */
public final class LoadDefence<K> {
    /*
     * A miss goes: what is remembered of the key -> filter -> rate -> load -> what came of it. The races are in KeyFilter
     * (refill and put) and MissStore (put and a load that began before it). The limit of the rate is Guava's RateLimiter,
     * which takes its own lock for a few instructions: there is no limiter of ours, and so no test of its interleavings.
     */
    private static final Logger LOG = LoggerFactory.getLogger(LoadDefence.class);
    private static final int AUDITED_OF = 1_000;
    private static final long AUDIT_LIFE_NANOS = Duration.ofMinutes(5).toNanos();
    private static final long LINE_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

    private final String name;
    private final long absentNanos;
    private final long firstBackOffNanos;
    private final long longestBackOffNanos;
    private final double loadsPerSecond;
    private final boolean audit;
    private final Ticker ticker;
    private final LongUnaryOperator random;
    private final BooleanSupplier permits;
    private final MissStore<K> misses;
    private final KeyFilter<K> filter = new KeyFilter<>();
    private final @Nullable FilterRebuild<K> rebuild;

    private final LongAdder admitted = new LongAdder();
    private final LongAdder refusedByRate = new LongAdder();
    private final LongAdder absentHits = new LongAdder();
    private final LongAdder failureHits = new LongAdder();
    private final LongAdder failuresRemembered = new LongAdder();
    private final AtomicLong filterNo = new AtomicLong();
    private final LongAdder filterAudited = new LongAdder();
    private final LongAdder filterWrong = new LongAdder();
    private final LongAdder unreadable = new LongAdder();
    private final AtomicLong nextLineNanos;

    LoadDefence(LoadDefenceBuilder<K> builder) {
        this.name = builder.name;
        this.absentNanos = builder.absentNanos;
        this.firstBackOffNanos = builder.firstBackOffNanos;
        this.longestBackOffNanos = builder.longestBackOffNanos;
        this.loadsPerSecond = builder.loadsPerSecond;
        this.audit = builder.audit;
        this.ticker = builder.ticker;
        this.random = builder.random;
        this.permits = builder.permits();
        this.misses = new MissStore<>(builder.maximumRemembered, ticker);
        FilterRebuild.Source<K> source = builder.source();
        this.rebuild = source == null ? null : new FilterRebuild<>(name, filter, source, ticker);
        this.nextLineNanos = new AtomicLong(ticker.nanos());
    }

    /**
     * Starts to describe a defence, as in {@code LoadDefence.<String>builder("users")}.
     *
     * @param name how messages name it: that of the cache
     * @param <K> the keys
     * @return the builder
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public static <K> LoadDefenceBuilder<K> builder(String name) {
        return new LoadDefenceBuilder<>(name);
    }

    /**
     * Says that a key has come into being elsewhere, after it was added to its source: from now on it may be loaded.
     *
     * @param key the key
     */
    public void announce(K key) {
        forget(Objects.requireNonNull(key, "key"));
    }

    /**
     * Has the filter filled anew in the background. The one before answers until that is done; if it fails, it goes on to. If
     * it is being filled already, that is done once more, from a stream opened after this call.
     *
     * @return completes when the filter is filled, on the thread that filled it; exceptionally, with what the source threw, if
     *     it was not
     * @throws IllegalStateException if there is no filter
     */
    public CompletionStage<Void> rebuild() {
        if (rebuild == null) {
            throw new IllegalStateException(
                    "load defence '" + name + "': has no filter to fill; build it with filter()");
        }
        return rebuild.request().minimalCompletionStage();
    }

    /**
     * Returns the numbers of this defence.
     *
     * @return the numbers
     */
    public LoadDefenceStats stats() {
        FilterRebuild<K> filling = rebuild;
        return new LoadDefenceStats(
                admitted.sum(),
                refusedByRate.sum(),
                absentHits.sum(),
                failureHits.sum(),
                failuresRemembered.sum(),
                misses.size(),
                filterNo.get(),
                filterAudited.sum(),
                filterWrong.sum(),
                filter.isReady(),
                filter.falsePositiveRate(),
                filling == null ? 0 : filling.rebuilds.sum(),
                unreadable.sum() + (filling == null ? 0 : filling.failures.sum()));
    }

    /**
     * Says whether a key that is missing is known to have no value.
     *
     * @throws LoadFailedException if its load has failed and may not be tried yet
     */
    boolean isAbsent(K key) {
        Miss known = misses.find(key);
        if (known instanceof Absent) {
            absentHits.increment();
            return true;
        }
        if (known instanceof Failure failure) {
            long left = failure.retryAtNanos() - ticker.nanos();
            if (left > 0) {
                failureHits.increment();
                throw failedBefore(key, failure, left);
            }
        }
        return rebuild != null && isDenied(key, rebuild);
    }

    private boolean isDenied(K key, FilterRebuild<K> filling) {
        try {
            filling.startIfDue();
            if (!filter.denies(key)) {
                return false;
            }
        } catch (RuntimeException | Error failure) {
            unreadable(key, failure);
            return false;
        }
        long number = filterNo.incrementAndGet();
        if (!audit || !isAudited(number)) {
            return true;
        }
        filterAudited.increment();
        misses.remember(key, misses.stamp(key), before -> new Audit(AUDIT_LIFE_NANOS));
        return false;
    }

    /** Spreads the audited ones, so that a caller with a rhythm does not have the same key audited always. */
    private static boolean isAudited(long number) {
        long mixed = number * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
        return Long.remainderUnsigned(mixed ^ mixed >>> 32, AUDITED_OF) == 0;
    }

    /** Says how things stand with a key, to be asked before its load begins and handed back with what comes of it. */
    int stamp(K key) {
        return misses.stamp(key);
    }

    /**
     * Lets a load begin.
     *
     * @throws LoadRefusedException if too many have begun
     */
    void admit(K key) {
        if (!permits.getAsBoolean()) {
            refusedByRate.increment();
            throw new LoadRefusedException("cache '" + name + "': a load is refused (limit=" + loadsPerSecond
                    + " a second, refused so far=" + refusedByRate.sum()
                    + "); too many keys are missing at once; ask again later, or raise rateLimit() if what is loaded from"
                    + " can bear more");
        }
        admitted.increment();
    }

    /** There is a value: says so before the value can be evicted, and asked for again. */
    void loaded(K key) {
        if (forget(key) instanceof Audit) {
            filterWrong.increment();
            reportWrong();
        }
    }

    /** There is no value, said a load; has no effect if the key was put or invalidated since the stamp. */
    void absent(K key, int stamp) {
        if (absentNanos > 0) {
            misses.remember(key, stamp, before -> new Absent(absentNanos));
        } else {
            misses.remember(key, stamp, before -> null);
        }
    }

    /** A load has failed; returns what to tell those who wait for it. Not remembered if the key was put since the stamp. */
    LoadFailedException failed(K key, int stamp, Throwable cause) {
        if (firstBackOffNanos == 0) {
            return new LoadFailedException(message(key, 1, 0), cause, Duration.ZERO);
        }
        Failure[] made = new Failure[1];
        misses.remember(key, stamp, before -> made[0] = next(before, cause));
        if (made[0] == null) { // a value was put meanwhile: ask again at once
            return new LoadFailedException(message(key, 1, 0), cause, Duration.ZERO);
        }
        failuresRemembered.increment();
        long pause = made[0].retryAtNanos() - ticker.nanos();
        return new LoadFailedException(message(key, made[0].count(), pause), cause, duration(pause));
    }

    private Failure next(@Nullable Miss before, Throwable cause) {
        int count = before instanceof Failure failure ? failure.count() + 1 : 1;
        int doublings = Math.min(count - 1, Long.SIZE - 2);
        long most = firstBackOffNanos > longestBackOffNanos >> doublings
                ? longestBackOffNanos
                : firstBackOffNanos << doublings;
        long pause = most - random.applyAsLong(most / 2 + 1);
        // Remembered beyond the pause: a failure soon after it is the next in a row.
        return new Failure(cause, count, ticker.nanos() + pause, pause + 2 * longestBackOffNanos);
    }

    /** A value was put, or the key was invalidated, because somebody has changed it: what was known is void. */
    @Nullable
    Miss forget(K key) {
        if (rebuild != null) {
            try {
                filter.put(key);
            } catch (RuntimeException | Error failure) {
                unreadable(key, failure);
                rebuild.retryLater();
            }
        }
        return misses.forget(key);
    }

    void forgetAll() {
        misses.forgetAll();
    }

    private void unreadable(K key, Throwable failure) {
        unreadable.increment();
        if (mayLog()) {
            LOG.warn(
                    "load defence '{}': the funnel failed for a key of {} (failures={}); no key is refused until it works;"
                            + " correct it",
                    name,
                    key.getClass().getName(),
                    unreadable.sum(),
                    failure);
        }
    }

    private void reportWrong() {
        if (mayLog()) {
            LOG.error(
                    "load defence '{}': its filter has denied a key that exists (wrong={}, audited={}, denied={}); about {}"
                            + " others for each such key got no value; keys are created without announce(), or are missing"
                            + " in the stream of keys; announce them, or rebuild() after they were created",
                    name,
                    filterWrong.sum(),
                    filterAudited.sum(),
                    filterNo.get(),
                    AUDITED_OF);
        }
    }

    /** At most one line a minute; the counters stay exact. */
    private boolean mayLog() {
        long now = ticker.nanos();
        long next = nextLineNanos.get();
        return now - next >= 0 && nextLineNanos.compareAndSet(next, now + LINE_EVERY_NANOS);
    }

    private LoadFailedException failedBefore(K key, Failure failure, long leftNanos) {
        return new LoadFailedException(message(key, failure.count(), leftNanos), failure.cause(), duration(leftNanos));
    }

    private String message(K key, int count, long pauseNanos) {
        return "cache '" + name + "': no value for a key of " + key.getClass().getName() + " (failures in a row="
                + count
                + ", pause=" + Texts.time(pauseNanos)
                + "); its loader failed, see the cause; it is asked again after the pause";
    }

    private static Duration duration(long nanos) {
        return Duration.ofNanos(Math.max(0, nanos));
    }

    @Override
    public String toString() {
        return "LoadDefence[" + name + "]";
    }
}
