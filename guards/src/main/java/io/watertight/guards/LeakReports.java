package io.watertight.guards;

import io.watertight.guards.internal.CoarseClock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes reports of findings, on the reporter's thread: decodes stacks, looks at the owner. */
final class LeakReports {
    private static final int OWNER_FRAMES = 24;

    private LeakReports() {}

    static LeakReport of(HeldBack.Batch batch, LeakRegistry registry) {
        Reporter.Finding finding = batch.last();
        Site site = finding.site();
        LeakRecord record = finding.record();
        DetailedRecord<?> detailed = record instanceof DetailedRecord<?> known ? known : null;
        Thread owner = finding.owner() != null || detailed == null ? finding.owner() : detailed.virtualOwner();
        boolean askOwner = finding.evidence() == Evidence.OVERDUE && !finding.returnedLate();
        // First: it waits for a sweep that is under way, so that the total has all that was found with this one.
        long outstanding = registry.outstandingAt(site);
        LeakScope scope = detailed == null ? null : detailed.scope();
        return new LeakReport(
                site.detector().type(),
                finding.evidence(),
                site.label(),
                batch.count(),
                site.found(finding.evidence()),
                batch.bytes(),
                outstanding,
                age(record, detailed, registry),
                owner != null ? owner.getName() : detailed != null ? detailed.openedBy() : null,
                acquiredAt(site, detailed),
                askOwner && owner != null ? stackOf(owner) : List.of(),
                scope == null ? null : scope.name(),
                finding.cause(),
                finding.returnedLate());
    }

    /** What a report of a scope's end says of one open record. */
    static LeakReport ofOpen(LeakRecord record, LeakRegistry registry) {
        Reporter.Finding finding = Reporter.Finding.of(Evidence.SCOPE_END, record.site(), record, null);
        return of(new HeldBack.Batch(finding, 1, record.bytes()), registry);
    }

    private static Duration age(
            @Nullable LeakRecord record, @Nullable DetailedRecord<?> detailed, LeakRegistry registry) {
        if (detailed != null) {
            return Duration.ofNanos(detailed.ageNanos());
        }
        return record == null
                ? Duration.ZERO
                : Duration.ofNanos(CoarseClock.toNanos(registry.clock.tick() - record.openedTick()));
    }

    private static List<StackTraceElement> acquiredAt(Site site, @Nullable DetailedRecord<?> detailed) {
        Throwable own = detailed == null ? null : detailed.acquisition();
        return own == null ? site.exemplar() : StackCapture.trim(own);
    }

    private static List<StackTraceElement> stackOf(Thread owner) {
        return Stream.of(owner.getStackTrace()).limit(OWNER_FRAMES).toList();
    }
}
