package io.watertight.testing;

import java.util.List;

/** A test left something behind. Each suppressed exception is one leak, with the stack that acquired it. */
public final class LeaksFoundError extends AssertionError {
    private static final long serialVersionUID = 1;

    LeaksFoundError(String message, List<FoundLeak> leaks) {
        super(message);
        setStackTrace(new StackTraceElement[0]); // where the check ran says nothing
        leaks.forEach(leak -> addSuppressed(new AcquiredHere(leak)));
    }

    /** Where one of the leaks comes from. */
    static final class AcquiredHere extends Throwable {
        private static final long serialVersionUID = 1;

        AcquiredHere(FoundLeak leak) {
            super(leak.type() + ": acquired here", null, true, true);
            setStackTrace(leak.acquiredAt().toArray(StackTraceElement[]::new));
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
