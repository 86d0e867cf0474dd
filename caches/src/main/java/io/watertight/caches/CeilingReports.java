package io.watertight.caches;

import io.watertight.guards.Ticker;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the size of a map against its ceiling, and says when there is no room: at once, and then at most once a minute.
 *
 * <p>Thread-safe, never blocks but for the log and the listener, which are called outside all locks.
 */
final class CeilingReports {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedMap.class);
    private static final long PAUSE = Duration.ofMinutes(1).toNanos();
    private static final int SAMPLED = 64;

    private final String name;
    private final long ceiling;
    private final CeilingPolicy policy;
    private final Ticker ticker;
    private final Consumer<? super WatchedMapStats> listener;
    private final @Nullable KeyProfile<?> profile;
    private final GrowthMeter growth;
    private final LongAdder refused = new LongAdder();
    private final AtomicLong reports = new AtomicLong();
    /** When the last report was made; of use once there was one. */
    private final AtomicLong lastReport = new AtomicLong();

    CeilingReports(WatchedMapBuilder<?, ?> builder) {
        this.name = builder.name;
        this.ceiling = builder.ceiling;
        this.policy = builder.policy;
        this.ticker = builder.ticker;
        this.listener = builder.listener;
        this.profile = builder.profile;
        this.growth = new GrowthMeter(ticker);
        lastReport.set(ticker.nanos() - PAUSE);
    }

    /** After an entry was added. */
    void added(long size) {
        if (size % SAMPLED == 0) {
            growth.sample(size);
        }
        if (size > ceiling) {
            reportNowAndThen(size);
        }
    }

    /** Reports an entry that was refused, and says why it was. */
    MapFullException refused(long size) {
        refused.increment();
        reportNowAndThen(size);
        return new MapFullException("watched map '" + name + "': an entry was refused (" + numbers(stats(size)) + ");"
                + " entries are added and not removed, or the ceiling is too low;"
                + " remove what is done with, for example by putScoped, raise the ceiling, or take a BoundedMap");
    }

    WatchedMapStats stats(long size) {
        return new WatchedMapStats(
                name,
                size,
                ceiling,
                growth.perMinute(size),
                refused.sum(),
                reports.get(),
                profile == null ? null : profile.fastest());
    }

    private void reportNowAndThen(long size) {
        long now = ticker.nanos();
        long last = lastReport.get();
        if (now - last < PAUSE || !lastReport.compareAndSet(last, now)) {
            return;
        }
        reports.incrementAndGet();
        WatchedMapStats stats = stats(size);
        LOG.warn(
                "watched map '{}': {} ({}); entries are added and not removed, or the ceiling is too low;"
                        + " remove what is done with, for example by putScoped, or take a BoundedMap",
                name,
                policy == CeilingPolicy.REFUSE ? "full, entries are refused" : "more entries than its ceiling",
                numbers(stats));
        try {
            listener.accept(stats);
        } catch (RuntimeException failure) {
            LOG.warn("watched map '{}': its listener failed", name, failure);
        }
    }

    private static String numbers(WatchedMapStats stats) {
        ShapeGrowth most = stats.growingMost();
        return String.format(
                Locale.ROOT,
                "size=%d, ceiling=%d, growth=%+.0f a minute, refused=%d%s",
                stats.size(),
                stats.ceiling(),
                stats.growthPerMinute(),
                stats.refused(),
                most == null
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                ", growing most: '%s' %+d, %.0f %% of all",
                                most.shape(),
                                most.net(),
                                most.share() * 100));
    }
}
