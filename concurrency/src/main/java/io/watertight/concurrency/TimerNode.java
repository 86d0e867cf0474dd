package io.watertight.concurrency;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** One timer, which is its own handle, its own place in the wheel, and what the executor runs: 48 bytes. */
class TimerNode implements TimerHandle, Runnable {
    /*
     *   INIT ----wheel: takes it in----> LINKED --wheel: it is time--> DUE --worker--> DONE
     *    |  \---------wheel: it is time already------------------------^ |
     *    |                                 |                             |       (periodic: DUE --worker--> RUNNING
     *    +---------------------------------+-----------------------------+                  RUNNING --worker--> INIT)
     *                                  cancel
     *                                      v
     *                                  CANCELLED           (periodic: from RUNNING, too)
     *
     * Every transition is a CAS on `state`, and each is its linearisation point: the action begins if and only if a worker
     * left DUE, and then no cancel says true (but for the next run of a periodic one). Whoever enters DONE or CANCELLED, one
     * thread only, lets go of the action and gives back the place among the pending.
     *
     * INIT: on the intake stack, or about to be. LINKED: in a bucket, or being fired by the wheel. Who cancels a LINKED one
     * puts it on the discarded stack. `stackNext` serves both stacks: a node is never on both, because it is LINKED only
     * after it left the first, and goes to the second only from there, and never comes back.
     *
     * field                    read                       write
     * state                    volatile                   CAS
     * action                   plain, by who left DUE     plain: before the timer is published; null by who ends it
     * stackNext                by who took the stack      before the push
     * dueTick                  by the wheel               before the push
     * bucket, next, previous   the thread that turns      the thread that turns; while it is DUE: the runner's lock
     *
     * Plain accesses are ordered by the pushes (CAS) and the CAS on `state`.
     */
    static final int INIT = 0;
    static final int LINKED = 1;
    static final int DUE = 2;
    static final int RUNNING = 3;
    static final int DONE = 4;
    static final int CANCELLED = 5;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(TimerNode.class, "state", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    final TimerWheel wheel;
    private volatile int state;
    long dueTick;

    @Nullable
    TimerNode stackNext;

    int bucket = TimerBuckets.NOWHERE;

    @Nullable
    TimerNode next;

    @Nullable
    TimerNode previous;

    @Nullable
    Object action;

    TimerNode(TimerWheel wheel, Object action) {
        this.wheel = wheel;
        this.action = action;
    }

    int stateVolatile() {
        return state;
    }

    boolean casState(int from, int to) {
        return STATE.compareAndSet(this, from, to);
    }

    boolean isPeriodic() {
        return false;
    }

    @Override
    public final boolean isPending() {
        return state < DONE;
    }

    @Override
    public final boolean cancel() {
        int last = isPeriodic() ? RUNNING : DUE;
        for (int current = state; current <= last; current = state) {
            if (casState(current, CANCELLED)) {
                action = null;
                wheel.ended();
                if (current == LINKED) {
                    wheel.discard(this);
                } else if (current == DUE) {
                    wheel.host.withdrawn(this);
                }
                return true;
            }
        }
        return false;
    }

    /** Called by whoever runs what is due. */
    @Override
    public void run() {
        if (wheel.isClosed()) {
            cancel();
        }
        if (!casState(DUE, DONE)) {
            return;
        }
        Runnable begun = (Runnable) action;
        action = null;
        wheel.ended();
        try {
            if (begun != null) { // always; nobody else may take it from who left DUE
                begun.run();
            }
        } catch (Throwable failure) {
            wheel.host.failed("an action", failure);
        }
    }

    /** The executor did not take it. */
    void refused() {
        cancel();
    }

    @Override
    public String toString() {
        return "Timer["
                + switch (state) {
                    case INIT, LINKED -> "pending";
                    case DUE -> "due";
                    case RUNNING -> "running";
                    case DONE -> "done";
                    default -> "cancelled";
                }
                + "]";
    }
}
