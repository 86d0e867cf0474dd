package io.watertight.guards;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rate limit of reports: the first finding of a kind at a site at once, then one report a minute that stands for all
 * since. Not thread-safe; {@link #isEmpty()} may be read by anyone.
 */
final class HeldBack {
    static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    private final Map<Kind, Held> byKind = new HashMap<>();
    /** {@code byKind.size()}, for those who only ask whether there is anything. */
    private volatile int kinds;

    private record Kind(Site site, Evidence evidence, boolean returnedLate) {
        // Written out: what the JDK generates for a record keeps the classes of its components alive (JDK-8078641).
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Kind kind
                    && kind.site == site
                    && kind.evidence == evidence
                    && kind.returnedLate == returnedLate;
        }

        @Override
        public int hashCode() {
            return 31 * (31 * System.identityHashCode(site) + evidence.hashCode()) + (returnedLate ? 1 : 0);
        }
    }

    private static final class Held {
        long publishedAt;
        long count;
        long bytes;
        Reporter.@Nullable Finding last;
    }

    /** Findings to be published as one report. */
    record Batch(Reporter.Finding last, long count, long bytes) {}

    /** The batch to publish now, or null if the finding has to wait. */
    @Nullable
    Batch offer(Reporter.Finding finding, long bytes, long now) {
        Kind kind = new Kind(finding.site(), finding.evidence(), finding.returnedLate());
        Held held = byKind.get(kind);
        if (held == null) {
            held = new Held();
            held.publishedAt = now - MINUTE_NANOS;
            byKind.put(kind, held);
            kinds = byKind.size();
        }
        held.last = finding;
        held.count++;
        held.bytes += bytes;
        return now - held.publishedAt >= MINUTE_NANOS ? take(held, finding, now) : null;
    }

    private Batch take(Held held, Reporter.Finding last, long now) {
        Batch batch = new Batch(last, held.count, held.bytes);
        held.publishedAt = now;
        held.count = 0;
        held.bytes = 0;
        held.last = null;
        return batch;
    }

    /**
     * Everything that has waited for a minute, or whose detector is closed; forgets kinds that had nothing for a minute, and
     * those of closed detectors at once, so that nothing of their application is kept.
     */
    List<Batch> due(long now) {
        List<Batch> due = new ArrayList<>();
        byKind.entrySet().removeIf(entry -> {
            Held held = entry.getValue();
            boolean closed = entry.getKey().site().detector().isClosed();
            boolean over = closed || now - held.publishedAt >= MINUTE_NANOS;
            Reporter.Finding last = held.last;
            if (over && last != null) {
                due.add(take(held, last, now));
                return closed;
            }
            return over;
        });
        kinds = byKind.size();
        return due;
    }

    boolean isEmpty() {
        return kinds == 0;
    }
}
