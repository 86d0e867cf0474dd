package io.watertight.caches;

import com.google.common.hash.Funnel;
import com.google.common.util.concurrent.RateLimiter;
import io.watertight.guards.Ticker;
import io.watertight.guards.internal.Texts;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link LoadDefence}: every option is off unless it is set. Not thread-safe; can be used again after {@link
 * #build()}.
 *
 * @param <K> the keys
 */
public final class LoadDefenceBuilder<K> {
    final String name;
    long maximumRemembered = 10_000;

    /** 0: what has no value is not remembered. */
    long absentNanos;

    /** 0: failures are not remembered. */
    long firstBackOffNanos;

    long longestBackOffNanos;

    /** 0: no limit. */
    double loadsPerSecond;

    FilterRebuild.@Nullable Source<K> source;

    Duration rebuildEvery = Duration.ZERO;
    boolean audit;

    Ticker ticker = Ticker.system();
    LongUnaryOperator random = most -> ThreadLocalRandom.current().nextLong(most);

    /** In place of the limiter, which reads a clock of its own. */
    @Nullable
    BooleanSupplier permits;

    LoadDefenceBuilder(String name) {
        this.name = Arguments.name(name, "defence");
    }

    /**
     * Sets how many keys are remembered, whether absent or failed; beyond that, those that are asked for least are forgotten.
     *
     * @param keys 1 or more; 10,000 by default. Each costs some 100 bytes, the key, and for a failure its cause
     * @return this builder
     * @throws IllegalArgumentException if {@code keys} is less than 1
     */
    public LoadDefenceBuilder<K> maximumRemembered(long keys) {
        if (keys < 1) {
            throw new IllegalArgumentException("maximumRemembered must be 1 or more: " + keys);
        }
        this.maximumRemembered = keys;
        return this;
    }

    /**
     * Remembers keys that have no value, so that the loader is not asked again for them until the time has passed, or until
     * a value is put.
     *
     * @param timeToLive positive; 5 minutes is usual
     * @return this builder
     * @throws IllegalArgumentException if {@code timeToLive} is zero or negative
     */
    public LoadDefenceBuilder<K> rememberAbsent(Duration timeToLive) {
        this.absentNanos = Arguments.positiveNanos(timeToLive, "timeToLive");
        return this;
    }

    /**
     * Remembers keys whose load failed, as {@link #backOff(Duration, Duration)} from 50 ms to 5 seconds.
     *
     * @return this builder
     */
    public LoadDefenceBuilder<K> backOff() {
        return backOff(Duration.ofMillis(50), Duration.ofSeconds(5));
    }

    /**
     * Remembers keys whose load failed. Until a pause has passed, who asks gets the same failure, without a load. The pause is
     * twice as long after each failure in a row, and up to half of it is left out at random, so that keys which failed together
     * do not come back together.
     *
     * @param first the pause after the first failure
     * @param longest the longest pause
     * @return this builder
     * @throws IllegalArgumentException if one is zero or negative, or {@code first} is longer than {@code longest}
     */
    public LoadDefenceBuilder<K> backOff(Duration first, Duration longest) {
        long firstNanos = Arguments.positiveNanos(first, "first");
        long longestNanos = Arguments.positiveNanos(longest, "longest");
        if (firstNanos > longestNanos) {
            throw new IllegalArgumentException(
                    "first (" + first + ") must not be longer than longest (" + longest + ")");
        }
        this.firstBackOffNanos = firstNanos;
        this.longestBackOffNanos = longestNanos;
        return this;
    }

    /**
     * Limits how many loads begin in a second. Those beyond it are refused and do not wait. What is not used is saved up for
     * one second.
     *
     * @param loadsPerSecond more than zero; 100 is a usual limit before a database
     * @return this builder
     * @throws IllegalArgumentException if {@code loadsPerSecond} is not a number above zero
     */
    public LoadDefenceBuilder<K> rateLimit(double loadsPerSecond) {
        if (!(loadsPerSecond > 0) || Double.isInfinite(loadsPerSecond)) {
            throw new IllegalArgumentException("loadsPerSecond must be more than 0, and finite: " + loadsPerSecond);
        }
        this.loadsPerSecond = loadsPerSecond;
        return this;
    }

    /**
     * Refuses keys that do not exist, by a bloom filter of all that do. It answers once it was filled, which begins with the
     * first miss; every key that is loaded or put is added, none is ever removed.
     *
     * <p><b>A key that is wrongly refused is a value that users do not get.</b> So this needs a source of <i>all</i> keys, and
     * whoever creates a key elsewhere tells this cache ({@link LoadDefence#announce}, a put, an invalidation) after the key is
     * in its source, or has the filter filled anew. Have it checked by {@link #audit()}.
     *
     * @param expectedKeys how many keys there will be, 1 or more; a filter that has more goes on, but recognises less
     * @param falsePositiveRate which part of the absent keys may be taken for existing ones, between 0 and 1; at 0.01 a key
     *     costs 10 bits, and twice as much while the filter is filled anew
     * @param funnel reads what makes a key equal to another; must be thread-safe, and never throw
     * @param keys opens the stream of all keys, on a thread of its own; it is closed, also if it fails
     * @return this builder
     * @throws IllegalArgumentException if a number is out of range
     */
    public LoadDefenceBuilder<K> filter(
            long expectedKeys,
            double falsePositiveRate,
            Funnel<? super K> funnel,
            Supplier<? extends Stream<? extends K>> keys) {
        if (expectedKeys < 1) {
            throw new IllegalArgumentException("expectedKeys must be 1 or more: " + expectedKeys);
        }
        if (!(falsePositiveRate > 0 && falsePositiveRate < 1)) {
            throw new IllegalArgumentException("falsePositiveRate must be between 0 and 1: " + falsePositiveRate);
        }
        Objects.requireNonNull(funnel, "funnel");
        Objects.requireNonNull(keys, "keys");
        this.source = new FilterRebuild.Source<>(expectedKeys, falsePositiveRate, funnel, keys, Long.MAX_VALUE);
        return this;
    }

    /**
     * Has the filter filled anew when it is older than this and a key is missed: so keys that were deleted are refused again.
     *
     * @param age positive; without it, only {@link LoadDefence#rebuild} does so
     * @return this builder
     * @throws IllegalArgumentException if {@code age} is zero or negative
     */
    public LoadDefenceBuilder<K> rebuildEvery(Duration age) {
        Arguments.positiveNanos(age, "age");
        this.rebuildEvery = age;
        return this;
    }

    /**
     * Checks the filter: of a thousand keys it says not to exist, one is loaded nevertheless. If that finds a value, it is
     * counted, and logged as an error, because about a thousand others were refused wrongly.
     *
     * @return this builder
     */
    public LoadDefenceBuilder<K> audit() {
        this.audit = true;
        return this;
    }

    BooleanSupplier permits() {
        if (permits != null) {
            return permits;
        }
        return loadsPerSecond == 0 ? () -> true : RateLimiter.create(loadsPerSecond)::tryAcquire;
    }

    FilterRebuild.@Nullable Source<K> source() {
        if (source == null || rebuildEvery.isZero()) {
            return source;
        }
        return new FilterRebuild.Source<>(
                source.expectedKeys(),
                source.falsePositiveRate(),
                source.funnel(),
                source.keys(),
                Texts.saturatedNanos(rebuildEvery));
    }

    /**
     * Makes the defence.
     *
     * @return the defence, for one cache
     * @throws IllegalArgumentException if {@link #audit} or {@link #rebuildEvery} is set without {@link #filter}
     */
    public LoadDefence<K> build() {
        if (source == null && (audit || !rebuildEvery.isZero())) {
            throw new IllegalArgumentException("load defence '" + name + "': audit (" + audit + ") and rebuildEvery ("
                    + rebuildEvery + ") are about a filter, and there is none; call filter()");
        }
        return new LoadDefence<>(this);
    }
}
