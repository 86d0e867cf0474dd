package io.watertight.concurrency;

import io.watertight.guards.LeakDetector;
import io.watertight.guards.internal.StandingBooks;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts how often the books of an executor are closed. */
final class ExecutorLedger extends StandingBooks {
    private static final LeakDetector DETECTOR = LeakDetector.of("jcstress executor");

    final AtomicInteger closes = new AtomicInteger();

    ExecutorLedger() {
        super(DETECTOR, DETECTOR.site("jcstress"));
    }

    @Override
    public void failed(String what, Throwable failure) {
        // A thread could not be started: that is what some proofs are about.
    }

    @Override
    public void close() {
        closes.incrementAndGet();
    }
}
