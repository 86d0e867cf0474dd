package io.watertight.guards;

import java.util.List;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** Emits events while a recording runs. Made when a recorder is first seen; {@link #close()} removes all it added. */
final class JfrSink implements Jfr {
    private static final List<Class<? extends Event>> EVENTS =
            List.of(LeakEvent.class, OutstandingEvent.class, AcquireEvent.class, ReleaseEvent.class);

    private final EventType acquire;
    private final EventType release;
    private final Runnable snapshot;
    private volatile boolean recordsUse;

    private JfrSink(LeakRegistry registry) {
        // By hand: a registry that was shut down may have unregistered them.
        EVENTS.forEach(FlightRecorder::register);
        this.acquire = EventType.getEventType(AcquireEvent.class);
        this.release = EventType.getEventType(ReleaseEvent.class);
        this.snapshot = () -> emitSnapshot(registry);
        FlightRecorder.addPeriodicEvent(OutstandingEvent.class, snapshot);
    }

    static @Nullable Jfr ifStarted(LeakRegistry registry) {
        return FlightRecorder.isAvailable() && FlightRecorder.isInitialized()
                ? new JfrSink(registry).next(registry)
                : null;
    }

    @Override
    public Jfr next(LeakRegistry registry) {
        recordsUse = acquire.isEnabled() || release.isEnabled();
        return this;
    }

    @Override
    public boolean recordsUse() {
        return recordsUse;
    }

    @Override
    public void acquired(Site site, long bytes) {
        AcquireEvent event = new AcquireEvent();
        if (event.isEnabled()) {
            event.type = site.detector().type();
            event.site = site.label();
            event.bytes = bytes;
            event.commit();
        }
    }

    @Override
    public void released(Site site, long bytes, long ageNanos) {
        ReleaseEvent event = new ReleaseEvent();
        if (event.isEnabled()) {
            event.type = site.detector().type();
            event.site = site.label();
            event.bytes = bytes;
            event.age = ageNanos;
            event.commit();
        }
    }

    @Override
    public void report(LeakReport report) {
        LeakEvent event = new LeakEvent();
        if (event.isEnabled()) {
            event.type = report.type();
            event.site = report.site();
            event.bytes = report.bytes();
            event.evidence = report.evidence().name();
            event.count = report.count();
            event.age = report.age().toNanos();
            event.returnedLate = report.returnedLate();
            event.message = report.message();
            event.commit();
        }
    }

    private static void emitSnapshot(LeakRegistry registry) {
        for (Outstanding.Entry entry : registry.outstanding(null).entries()) {
            OutstandingEvent event = new OutstandingEvent();
            event.type = entry.type();
            event.site = entry.site();
            event.bytes = entry.bytes();
            event.count = entry.count();
            event.oldest = entry.oldest().toNanos();
            event.commit();
        }
    }

    @Override
    public void close() {
        FlightRecorder.removePeriodicEvent(snapshot);
        EVENTS.forEach(FlightRecorder::unregister);
    }

    /** What all our events say. */
    @SuppressWarnings("UnusedVariable") // the recorder reads the fields
    @Category("Watertight")
    @StackTrace(false)
    private abstract static class ResourceEvent extends Event {
        @Label("Resource Type")
        String type = "";

        @Label("Acquisition Site")
        String site = "";

        @Label("Size")
        @DataAmount
        long bytes;
    }

    @SuppressWarnings("UnusedVariable") // the recorder reads the fields
    @Name("io.watertight.Leak")
    @Label("Resource Leak")
    @Description("A leak report, with what it rests on")
    private static final class LeakEvent extends ResourceEvent {
        @Label("Evidence")
        String evidence = "";

        @Label("Count")
        long count;

        @Label("Age")
        @Timespan
        long age;

        @Label("Returned Late")
        boolean returnedLate;

        @Label("Message")
        String message = "";
    }

    @SuppressWarnings("UnusedVariable") // the recorder reads the fields
    @Name("io.watertight.Outstanding")
    @Label("Outstanding Resources")
    @Period("10 s")
    private static final class OutstandingEvent extends ResourceEvent {
        @Label("Count")
        long count;

        @Label("Oldest")
        @Timespan
        long oldest;
    }

    @Name("io.watertight.Acquire")
    @Label("Resource Acquire")
    @Enabled(false)
    @StackTrace
    private static final class AcquireEvent extends ResourceEvent {}

    @SuppressWarnings("UnusedVariable") // the recorder reads the fields
    @Name("io.watertight.Release")
    @Label("Resource Release")
    @Enabled(false)
    @StackTrace
    private static final class ReleaseEvent extends ResourceEvent {
        @Label("Age")
        @Timespan
        long age;
    }
}
