package io.watertight.caches;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The load of one key, and then its result: what a cache's map holds for a key. A kernel of the caches.
 *
 * @param <E> what the map is to hold: a value, or a handle of one
 */
final class Flight<E> extends CompletableFuture<E> {
    /*
     *   n parties (n > 0) --tryJoin--> n + 1
     *                     --leave, n > 1--> n - 1
     *                     --leave, n == 1--> CANCELLED
     *                     --cancel (time-out, close, refused by the executor)--> CANCELLED
     *                     --land (the loader has returned or thrown)--> LANDED
     *
     * Each step is a CAS, and the linearisation point of what it decides: who lands learns for how many parties, and holds the
     * entry for each of them before it completes the future; nobody can leave after that, so an entry is held for exactly those
     * who take it. Who gets to CANCELLED cancels the run and completes the future with nothing; nobody can join after that.
     *
     * The future is always completed normally, with null if there is no entry: Caffeine then forgets it, and logs nothing.
     *
     * field      read                                     write
     * parties    volatile                                 CAS
     * run        plain: by who made the last step;        plain: before the flight is published; null by who made the last
     *            volatile by who looks on (runNow)        step
     * failure    plain, after the future is done          plain, by who made the last step, before it completes the future
     */
    private static final int LANDED = -1;
    private static final int CANCELLED = -2;
    private static final VarHandle PARTIES;

    static {
        try {
            PARTIES = MethodHandles.lookup().findVarHandle(Flight.class, "parties", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    /** One that has just begun is for one party. */
    private volatile int parties = 1;

    private @Nullable LoadRun<?, ?, E> run;
    private @Nullable RuntimeException failure;

    void begin(LoadRun<?, ?, E> itsRun) {
        run = itsRun;
    }

    /** The run as far as an onlooker can tell; null if it is over, or not there yet. */
    @Nullable
    LoadRun<?, ?, E> runNow() {
        // Racy: written plainly; a run that is seen is completely made, by its final fields.
        return run;
    }

    /** Becomes one more of the parties; false if this flight is over, or as good as that. */
    boolean tryJoin() {
        int now;
        do {
            now = parties;
            if (now < 0) {
                return false;
            }
        } while (!casParties(now, now + 1));
        return true;
    }

    /** Stops being one of the parties; false if that is too late, and the result is there or just coming. */
    boolean leave() {
        while (true) {
            int now = parties;
            if (now < 0) {
                return false;
            }
            if (now == 1) {
                if (casParties(1, CANCELLED)) {
                    finishCancelled(null);
                    return true;
                }
            } else if (casParties(now, now - 1)) {
                return true;
            }
        }
    }

    /** Ends it for all parties; false if it has ended. */
    boolean cancel(RuntimeException why) {
        int now;
        do {
            now = parties;
            if (now < 0) {
                return false;
            }
        } while (!casParties(now, CANCELLED));
        finishCancelled(why);
        return true;
    }

    private void finishCancelled(@Nullable RuntimeException why) {
        LoadRun<?, ?, E> cancelled = run;
        run = null;
        failure = why;
        try {
            complete(null); // first: an interrupt closes what the loader reads from, which may take long
        } finally {
            if (cancelled != null) {
                cancelled.cancel();
            }
        }
    }

    /**
     * Ends the loading. Whoever gets more than 0 holds the entry for so many parties, and then calls {@link #deliver} or
     * {@link #fail}.
     */
    int land() {
        int now;
        do {
            now = parties;
            if (now < 0) {
                return 0;
            }
        } while (!casParties(now, LANDED));
        run = null;
        return now;
    }

    void deliver(@Nullable E entry) {
        complete(entry);
    }

    void fail(RuntimeException why) {
        failure = why;
        complete(null);
    }

    /** Why there is no entry, once the future is done; null if there is none to be had. */
    @Nullable
    RuntimeException failure() {
        return failure;
    }

    /** Says whether nobody can join any more, and nothing will come of it. */
    boolean isCancelledFlight() {
        return parties == CANCELLED;
    }

    private boolean casParties(int from, int to) {
        return PARTIES.compareAndSet(this, from, to);
    }

    @Override
    public String toString() {
        int now = parties;
        return "Flight["
                + (now > 0 ? now + " waiting" : now == CANCELLED ? "cancelled" : Objects.toString(getNow(null))) + "]";
    }
}
