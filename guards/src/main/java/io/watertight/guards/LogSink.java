package io.watertight.guards;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Writes reports to SLF4J, with the acquisition as a real stack trace so that tools link its lines. */
final class LogSink {
    private static final Logger LOG = LoggerFactory.getLogger("io.watertight.guards");

    private LogSink() {}

    static void log(LeakReport report) {
        var event = LOG.atLevel(levelOf(report))
                .addKeyValue("type", report.type())
                .addKeyValue("evidence", report.evidence())
                .addKeyValue("site", report.site())
                .addKeyValue("count", report.count())
                .addKeyValue("bytes", report.bytes());
        if (!report.acquiredAt().isEmpty() && !report.returnedLate()) {
            event = event.setCause(new AcquiredHere(report));
        }
        event.log(report.message());
    }

    private static Level levelOf(LeakReport report) {
        if (report.returnedLate()) {
            return Level.INFO;
        }
        return switch (report.evidence()) {
            case GC_PROVEN, CLOSE_FAILED -> Level.ERROR;
            case OVERDUE, SCOPE_END, OWNER_DEAD -> Level.WARN;
        };
    }

    /** Carries an acquisition stack to the log; never thrown. */
    private static final class AcquiredHere extends Throwable {
        private static final long serialVersionUID = 1L;

        AcquiredHere(LeakReport report) {
            super("'" + report.type() + "' was acquired here", report.cause(), false, true);
            setStackTrace(report.acquiredAt().toArray(new StackTraceElement[0]));
        }
    }
}
