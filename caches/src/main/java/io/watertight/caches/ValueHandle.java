package io.watertight.caches;

import io.watertight.guards.Site;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** One closeable value of a cache: who counts how many use it, and decides who closes it, once. A kernel of the caches. */
final class ValueHandle<V> extends Hold<V> implements EntryExpiry.Timed {
    /*
     * state = 2 x holds | RETIRED, or negative: CLOSED
     *
     *   live, n holds     --acquire: getAndAdd(2)-->            live, n + 1 holds
     *   live, n holds     --release: getAndAdd(-2)-->           live, n - 1 holds
     *   live, n holds     --retire: getAndBitwiseOr(1)-->       RETIRED, n holds
     *   RETIRED, n holds  --acquire fails: +2, and -2 again-->  RETIRED, n holds
     *   RETIRED, n holds  --release: getAndAdd(-2)-->           RETIRED, n - 1 holds
     *   RETIRED, 0 holds  --CAS(1, CLOSED)-->                   CLOSED: the winner closes the value
     *   any, 1 hold       --detach: CAS-->                      CLOSED: the value is the caller's
     *   any, n holds      --force: CAS-->                       CLOSED: the winner closes the value, under those who hold it
     *
     * An entry is made live with 1 hold, of who makes it. Retiring is what the map's removal listener does, and close(); any
     * number of times.
     *
     * Whoever moves the state to RETIRED with 0 holds tries the CAS: retire, the last release, or an acquire that failed and
     * takes its 2 back. Without it, a failed acquire beside the last release would make both of them see 1, and close twice.
     *
     * field                      read                        write
     * state                      volatile                    getAndAdd, getAndBitwiseOr, CAS: all volatile, for the use of the
     *                                                        value by one holder is to be over before another closes it
     * value                      plain, by holders           plain, before it is published; null by who has closed it
     * untilSample                plain. Racy: shared by those who acquire this entry; one may be sampled too many or too few
     * site                       plain. Racy: one of the sites that acquired it, for reports
     * retiredTick, and the       the lock of OpenValues      the lock of OpenValues
     * links
     */
    private static final int HOLD = 2;
    private static final int RETIRED = 1;
    private static final int CLOSED = Integer.MIN_VALUE | RETIRED;
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(ValueHandle.class, "state", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    final LeasedCore<?, V> core;
    final Object key;
    private final long lifeNanos;
    final int weight;
    private volatile int state = HOLD;

    @Nullable
    V value;

    int untilSample;

    @Nullable
    Site site;

    int retiredTick;
    boolean overdue;

    @Nullable
    ValueHandle<V> previous;

    @Nullable
    ValueHandle<V> next;

    /** What closes the value of a cache that is closed, when the last lease is, or was dropped. */
    @Nullable
    AbandonedValue<V> abandoned;

    ValueHandle(LeasedCore<?, V> core, Object key, V value, int weight, long lifeNanos, int untilSample) {
        this.core = core;
        this.key = key;
        this.value = value;
        this.weight = weight;
        this.lifeNanos = lifeNanos;
        this.untilSample = untilSample;
    }

    @Override
    public long lifeNanos() {
        return lifeNanos;
    }

    /** Holds the value once more; false if it is retired. */
    boolean tryAcquire() {
        int before = (int) STATE.getAndAdd(this, HOLD);
        if (before >= 0 && (before & RETIRED) == 0) {
            return true;
        }
        release();
        return false;
    }

    /** By a holder: so many holds more, retired or not. */
    void acquireMore(int times) {
        STATE.getAndAdd(this, HOLD * times);
    }

    @Override
    void release() {
        if ((int) STATE.getAndAdd(this, -HOLD) - HOLD == RETIRED) {
            closeIfUnused();
        }
    }

    /** Lets nobody acquire it any more; the last who uses it has it closed. False if it was retired before. */
    boolean retire() {
        int before = (int) STATE.getAndBitwiseOr(this, RETIRED);
        if (before == 0) {
            closeIfUnused();
        }
        return (before & RETIRED) == 0;
    }

    private void closeIfUnused() {
        if (STATE.compareAndSet(this, RETIRED, CLOSED)) {
            core.open.close(this);
        }
    }

    /** Closes the value in spite of those who hold it; false if it is closed. */
    boolean force() {
        int before;
        do {
            before = state;
            if (before < 0) {
                return false;
            }
        } while (!STATE.compareAndSet(this, before, before | CLOSED));
        core.open.close(this);
        return true;
    }

    @Override
    V detach() {
        V mine = value;
        int before;
        do { // again, if it was retired meanwhile: that is no other user
            before = state;
            if (mine == null || before < 0) {
                throw forced();
            }
            if (before / HOLD != 1) {
                throw new IllegalStateException("cache '" + core.settings.name() + "': " + Math.max(1, holds() - 1)
                        + " others lease this value; it can be detached by its only user");
            }
        } while (!STATE.compareAndSet(this, before, CLOSED));
        return mine;
    }

    @Override
    void detached() {
        core.detached(this);
    }

    @Override
    V value() {
        V mine = value;
        if (mine == null) {
            throw forced();
        }
        return mine;
    }

    private IllegalStateException forced() {
        return new IllegalStateException("cache '" + core.settings.name()
                + "' was closed by force, and this value with it, while it was leased");
    }

    /** How many hold it now, also after it was closed by force. */
    int holds() {
        return (state & Integer.MAX_VALUE) / HOLD;
    }

    boolean isRetired() {
        return (state & RETIRED) != 0;
    }

    @Override
    EndedHold<V> ended() {
        return core.ended;
    }
}
