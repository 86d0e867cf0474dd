package io.watertight.guards;

import io.watertight.guards.internal.CoarseClock;
import io.watertight.guards.internal.LibraryThreads;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that steps the registry ten times a second while anything is tracked, and ends after ten seconds of nothing.
 *
 * <p>It never logs and never runs user code, so nothing a user does can stop it.
 */
final class Reaper implements Runnable {
    /** Looking for emptiness walks the tables, so it is done once a second. */
    private static final int STEPS_BETWEEN_LOOKS = 10;

    private static final int EMPTY_LOOKS_BEFORE_END = 10;

    private final LeakRegistry registry;
    private final ReaperGate gate;
    private final Thread thread;
    private volatile boolean ended;

    Reaper(LeakRegistry registry, ReaperGate gate) {
        this.registry = registry;
        this.gate = gate;
        this.thread = LibraryThreads.daemon("watertight-reaper", this);
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        int steps = 0;
        int emptyLooks = 0;
        while (!ended && !registry.isShutDown()) {
            LockSupport.parkNanos(this, CoarseClock.TICK_NANOS);
            try {
                registry.step(false);
            } catch (Throwable failure) {
                // An OutOfMemoryError, say: the next step does what this one left.
                registry.reporter.libraryFailed("a step of the reaper failed", failure);
            }
            if (++steps % STEPS_BETWEEN_LOOKS != 0) {
                continue;
            }
            emptyLooks = registry.isNothingTracked() ? emptyLooks + 1 : 0;
            if (emptyLooks >= EMPTY_LOOKS_BEFORE_END) {
                if (gate.mayEnd(registry::isNothingTracked)) {
                    return;
                }
                emptyLooks = 0;
            }
        }
    }

    /** Ends the thread and waits for it. */
    void end() {
        ended = true;
        LockSupport.unpark(thread);
        LibraryThreads.join(thread);
    }
}
