package io.watertight.concurrency;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A wheel without threads, whose clock stands until it is moved: actors make the steps of the thread that turns, and of those
 * that run what is due.
 *
 * <p>A wait of no more than a tick returns at once. A longer one never returns, as far as the actor can see: the thread that
 * turns is parked then, until the arbiter finds that it was unparked.
 */
final class TimerFixture implements TimerHost {
    static final long TICK = TimerWheel.TICK_NANOS;
    static final String SOUND = "sound";

    /** Leaves a turn where its thread is parked. */
    private static final class Parked extends RuntimeException {
        private static final Parked HERE = new Parked();
        private static final long serialVersionUID = 1;

        private Parked() {
            super("parked", null, false, false);
        }
    }

    private static final VarHandle INTAKE;
    private static final VarHandle DISCARDED;
    private static final VarHandle TURNING;
    private static final VarHandle CLOSED;
    private static final MethodHandle BUCKETS;
    private static final MethodHandle OWNER;
    private static final MethodHandle NEXT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodHandles.Lookup wheel = MethodHandles.privateLookupIn(TimerWheel.class, lookup);
            MethodHandles.Lookup periodic = MethodHandles.privateLookupIn(PeriodicTimer.class, lookup);
            MethodHandles.Lookup runner = MethodHandles.privateLookupIn(DueRunner.class, lookup);
            INTAKE = wheel.findVarHandle(TimerWheel.class, "intake", TimerNode.class);
            DISCARDED = wheel.findVarHandle(TimerWheel.class, "discarded", TimerNode.class);
            TURNING = wheel.findVarHandle(TimerWheel.class, "turning", int.class);
            CLOSED = wheel.findVarHandle(TimerWheel.class, "closed", boolean.class);
            BUCKETS = wheel.findGetter(TimerWheel.class, "buckets", TimerBuckets.class);
            OWNER = periodic.findGetter(PeriodicTimer.class, "owner", PeriodicTimer.Owner.class);
            NEXT = runner.findVirtual(DueRunner.class, "next", MethodType.methodType(TimerNode.class));
        } catch (ReflectiveOperationException failure) {
            throw new ExceptionInInitializerError(failure);
        }
    }

    /** Time, in nanoseconds. */
    volatile long now;

    final TimerWheel wheel = new TimerWheel("jcstress", 10, () -> now, this);
    /** Starts no threads; actors take from it. */
    final DueRunner runner = new DueRunner("jcstress", 0, this);

    final AtomicInteger runs = new AtomicInteger();
    final AtomicInteger starts = new AtomicInteger();
    final AtomicInteger unparks = new AtomicInteger();
    final AtomicInteger ends = new AtomicInteger();
    final AtomicInteger failures = new AtomicInteger();
    final ReferenceQueue<Object> collected = new ReferenceQueue<>();
    /** What is due, until an actor runs it or gives it to the runner. */
    private final Deque<TimerNode> due = new ArrayDeque<>(2);
    /** Whether the thread that turns is parked. */
    boolean parked;
    /** Whether the executor refuses what is due. */
    boolean refuses;

    private @Nullable Throwable dawdled;

    /** A timer some ticks ahead. */
    TimerNode schedule(int ticks) {
        return wheel.schedule(ticks * TICK, runs::incrementAndGet);
    }

    /** The same, or null if it was refused. */
    @Nullable
    TimerNode trySchedule(int ticks) {
        try {
            return schedule(ticks);
        } catch (RejectedExecutionException closed) {
            return null;
        }
    }

    /** A timer that fires at each tick. */
    PeriodicTimer<Object> every(Object owner) {
        PeriodicTimer<Object> timer =
                new PeriodicTimer<>(wheel, owner, collected, ignored -> runs.incrementAndGet(), TICK, false);
        wheel.add(timer);
        return timer;
    }

    /** Lets ticks pass. */
    void pass(int ticks) {
        now += ticks * TICK;
    }

    /** One turn; true if its thread goes on or is parked, false if it ends. */
    boolean turn() {
        try {
            return wheel.turn();
        } catch (Parked here) {
            parked = true;
            return true;
        }
    }

    /** Turns until the thread is parked or ends; false if it ends. */
    boolean turnOn() {
        while (!parked) {
            if (!turn()) {
                return false;
            }
        }
        return true;
    }

    /** Runs what is due. */
    void runDue() {
        for (TimerNode node = poll(); node != null; node = poll()) {
            node.run();
        }
    }

    @Nullable
    TimerNode poll() {
        synchronized (due) {
            return due.poll();
        }
    }

    /** Brings a timer to where it waits to be run, with the wheel's thread awake; for constructors. */
    void makeDue(TimerNode node) {
        turn();
        pass(2);
        turn();
        awakeAfter(TICK);
        synchronized (due) {
            due.clear();
        }
        if (node.stateVolatile() != TimerNode.DUE) {
            throw new AssertionError(node);
        }
    }

    /** The wheel has long been empty, and the wait of its thread is over: at the next turn it ends. For constructors. */
    void makeIdle() {
        schedule(1).cancel();
        turnOn();
        awakeAfter(TimerWheel.LINGER_NANOS);
    }

    /** The thread that turns has slept so long. */
    private void awakeAfter(long nanos) {
        now += nanos;
        casTurning(TimerWheel.ASLEEP, TimerWheel.AWAKE);
        parked = false;
    }

    /** For arbiters: how often an action runs in the ticks to come. */
    int runsLater() {
        int before = runs.get();
        for (int tick = 0; tick < 3 && !wheel.isClosed() && turning() != TimerWheel.NOBODY; tick++) {
            awakeAfter(TICK);
            turn();
        }
        runDue();
        return runs.get() - before;
    }

    /** What a thread of the runner does next; null if that ends. */
    @Nullable
    TimerNode next() {
        try {
            return (TimerNode) NEXT.invokeExact(runner);
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    /** How a timer knows its owner. */
    static PeriodicTimer.Owner<?> owner(PeriodicTimer<?> timer) {
        try {
            return (PeriodicTimer.Owner<?>) OWNER.invoke(timer);
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    int turning() {
        return (int) TURNING.getVolatile(wheel);
    }

    boolean casTurning(int from, int to) {
        return TURNING.compareAndSet(wheel, from, to);
    }

    void setTurningVolatile(int value) {
        TURNING.setVolatile(wheel, value);
    }

    void setClosedVolatile() {
        CLOSED.setVolatile(wheel, true);
    }

    boolean hasIntake() {
        return INTAKE.getVolatile(wheel) != null;
    }

    @Nullable
    TimerNode takeIntake() {
        return (TimerNode) INTAKE.getAndSet(wheel, (TimerNode) null);
    }

    TimerBuckets buckets() {
        try {
            return (TimerBuckets) BUCKETS.invokeExact(wheel);
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    /**
     * For twins: lets time pass between a look and what is done about it, as long as taking a stack takes. The other actor
     * does so before it begins, or it would be states ahead when the look is taken.
     */
    void dawdle() {
        dawdled = new Throwable();
    }

    /**
     * For arbiters: lets the thread that turns do what it can still do, and says whether everything adds up then. There must
     * be at most one timer.
     *
     * @return "sound", or what is wrong
     */
    String audit(@Nullable TimerNode node) {
        boolean waitsForever = parked && unparks.get() == 0;
        boolean hasThread = turning() != TimerWheel.NOBODY;
        if (waitsForever && (hasIntake() || DISCARDED.getVolatile(wheel) != null || wheel.isClosed())) {
            return "parked, and not woken";
        }
        if (hasThread && !waitsForever) {
            parked = false;
            turn();
        }
        if (wheel.isClosed() ? !wheel.isDrained() || ends.get() == 0 : hasIntake()) {
            return "nobody turns: turning=" + turning();
        }
        if (!wheel.isClosed() && DISCARDED.getVolatile(wheel) != null) {
            return "discarded stays";
        }
        int alive = node != null && node.isPending() ? 1 : 0;
        if (wheel.pending() != alive) {
            return "pending=" + wheel.pending() + "/" + alive;
        }
        boolean linked = node != null && node.stateVolatile() == TimerNode.LINKED;
        if (buckets().isEmpty() == linked) {
            return linked ? "lost from its bucket" : "left in a bucket";
        }
        if (node != null && (node.action == null) != (alive == 0)) {
            return "action of " + node;
        }
        return failures.get() == 0 && runner.queued() == 0 ? SOUND : "failures=" + failures + ", " + runner.queued();
    }

    @Override
    public void start() {
        starts.incrementAndGet();
    }

    @Override
    public void park(long nanos) {
        if (nanos > TICK && unparks.get() == 0) {
            throw Parked.HERE;
        }
    }

    @Override
    public void unpark() {
        unparks.incrementAndGet();
    }

    @Override
    public void due(TimerNode node) {
        if (refuses) {
            node.refused();
            return;
        }
        synchronized (due) {
            due.add(node);
        }
    }

    @Override
    public void withdrawn(TimerNode node) {
        runner.remove(node);
    }

    @Override
    public void failed(String what, Throwable failure) {
        failures.incrementAndGet();
    }

    @Override
    public void ended() {
        ends.incrementAndGet();
    }
}
