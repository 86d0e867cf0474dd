package io.watertight.benchmarks;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What is cached for a key, where it has to be closed, or is loaded anew. */
final class HeldRow {
    private final String key;
    private boolean used;
    private volatile boolean closed;

    HeldRow(String key) {
        this.key = key;
    }

    /** Whether this is the value of that key, and open. */
    boolean is(String expected) {
        return key == expected && !closed;
    }

    /** As {@link #is}, and nobody has asked this before: it was loaded for who asks. By one thread. */
    boolean isNew(String expected) {
        boolean before = used;
        used = true;
        return !before && is(expected);
    }

    /** Opens and closes rows, and knows whether each was closed once. */
    static final class Counter {
        private static final long PATIENCE_SECONDS = 30;

        private final AtomicLong open = new AtomicLong();
        private final Semaphore closed = new Semaphore(0);

        HeldRow open(String key) {
            open.incrementAndGet();
            return new HeldRow(key);
        }

        void close(HeldRow row) {
            if (row.closed) {
                throw new IllegalStateException("closed twice: " + row.key);
            }
            row.closed = true;
            open.decrementAndGet();
            closed.release();
        }

        /** Waits until so many rows more were closed; false if that does not happen. */
        boolean awaitClosed(int rows) throws InterruptedException {
            return closed.tryAcquire(rows, PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        void checkAllClosed() {
            if (open.get() != 0) {
                throw new IllegalStateException(open + " rows are still open");
            }
        }
    }
}
