package io.watertight.caches;

import com.google.common.hash.BloomFilter;
import com.google.common.hash.Funnel;
import io.watertight.guards.Ticker;
import io.watertight.guards.internal.LibraryThreads;
import io.watertight.guards.internal.Texts;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills a filter from its source in the background: first, by age, and when asked. Thread-safe; nobody waits.
 *
 * @param <K> the keys
 */
final class FilterRebuild<K> {
    /*
     * At most one thread fills, and it ends when nothing more is asked for. Who asks while it fills wants keys that its stream
     * may have passed by already, so that request starts a run of its own after it; all such requests share that run.
     *
     * field        guard
     * running      this     the run that goes on; null: no thread
     * queued       this     the run after it; null: nobody has asked
     * dueNanos     volatile read, written under this: when the next run is due by itself
     */
    private static final Logger LOG = LoggerFactory.getLogger(LoadDefence.class);
    private static final long RETRY_NANOS = Duration.ofMinutes(1).toNanos();

    private final String name;
    private final KeyFilter<K> filter;
    private final Source<K> source;
    private final Ticker ticker;
    private @Nullable CompletableFuture<Void> running;
    private @Nullable CompletableFuture<Void> queued;
    private volatile long dueNanos;
    final LongAdder rebuilds = new LongAdder();
    final LongAdder failures = new LongAdder();

    FilterRebuild(String name, KeyFilter<K> filter, Source<K> source, Ticker ticker) {
        this.name = name;
        this.filter = filter;
        this.source = source;
        this.ticker = ticker;
        this.dueNanos = ticker.nanos();
    }

    /**
     * Where the keys are and how they are read.
     *
     * @param everyNanos age at which the filter is filled anew; {@link Long#MAX_VALUE}: never
     */
    record Source<K>(
            long expectedKeys,
            double falsePositiveRate,
            Funnel<? super K> funnel,
            Supplier<? extends Stream<? extends K>> keys,
            long everyNanos) {
        BloomFilter<K> newFilter() {
            return BloomFilter.create(funnel, expectedKeys, falsePositiveRate);
        }
    }

    /** Starts a run if one is due and none goes on. */
    void startIfDue() {
        if (ticker.nanos() - dueNanos >= 0) {
            startDue();
        }
    }

    private synchronized void startDue() {
        if (running == null && ticker.nanos() - dueNanos >= 0) {
            var unused = request();
        }
    }

    /** Has the filter filled from a stream that is opened after this call. */
    synchronized CompletableFuture<Void> request() {
        if (running != null) {
            if (queued == null) {
                queued = new CompletableFuture<>();
            }
            return queued;
        }
        CompletableFuture<Void> run = new CompletableFuture<>();
        Thread thread = LibraryThreads.daemon("watertight-filter-" + name, () -> runAll(run));
        dueIn(RETRY_NANOS); // also if no thread can be started
        thread.start();
        running = run;
        return run;
    }

    private void runAll(CompletableFuture<Void> first) {
        CompletableFuture<Void> next;
        for (CompletableFuture<Void> run = first; run != null; run = next) {
            Throwable failure = tryFill();
            next = takeNext(); // first, so that whoever is told finds no run going on
            if (failure == null) {
                run.complete(null);
            } else {
                run.completeExceptionally(failure);
            }
        }
    }

    private @Nullable Throwable tryFill() {
        try {
            dueIn(source.everyNanos); // before it: a key that cannot be read brings it forward
            fill();
            rebuilds.increment();
            return null;
        } catch (Throwable failure) {
            failures.increment();
            retryLater();
            LOG.warn(
                    "load defence '{}': its filter was not filled (failures={}); the source of keys, or the funnel that"
                            + " reads them, failed; {}, and it is tried again with a miss after {}",
                    name,
                    failures.sum(),
                    filter.isReady() ? "the filter before goes on to answer" : "until it is, no key is refused",
                    Texts.time(RETRY_NANOS),
                    failure);
            return failure;
        }
    }

    private synchronized @Nullable CompletableFuture<Void> takeNext() {
        running = queued;
        queued = null;
        return running;
    }

    /** Has a run follow by itself, not at once: the filter was given up. */
    void retryLater() {
        dueIn(Math.min(source.everyNanos, RETRY_NANOS));
    }

    private synchronized void dueIn(long nanos) {
        dueNanos = ticker.nanos() + Math.min(nanos, Long.MAX_VALUE / 2);
    }

    private void fill() {
        BloomFilter<K> next = source.newFilter();
        filter.begin(next);
        try (Stream<? extends K> keys = source.keys.get()) {
            keys.forEach(next::put);
        } catch (Throwable failure) {
            filter.abandon();
            throw failure;
        }
        if (!filter.finish(next)) {
            throw new IllegalStateException(
                    "load defence '" + name + "': the funnel failed for a key that was loaded meanwhile");
        }
        warnIfTooFull(next.expectedFpp());
    }

    private void warnIfTooFull(double rate) {
        if (rate > 2 * source.falsePositiveRate) {
            LOG.warn(
                    "load defence '{}': its filter lets {} of the absent keys through (wanted={}, keys expected={}); there are"
                            + " more keys than expected; declare as many as there will be",
                    name,
                    rate,
                    source.falsePositiveRate,
                    source.expectedKeys);
        }
    }
}
