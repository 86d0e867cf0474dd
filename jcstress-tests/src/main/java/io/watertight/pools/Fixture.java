package io.watertight.pools;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The kernel of a pool without threads: nobody parks, no worker is started, and the clock stands until it is moved. Actors
 * and arbiters make the steps of waiters, workers and scan by hand.
 */
final class Fixture {
    /** How leases are taken here. */
    static final int LEASED = Slot.LEASED | Slot.ANCHORED;
    /** Waits, as far as the kernel can see; it is never started, and waking it does nothing. */
    static final Thread WAITING = new Thread("waiting");
    /** Has ended. Without a lambda, which would wait for the initialisation that waits for this thread. */
    static final Thread DEAD = new Thread("dead");

    private static final MethodHandle SET_ALIVE;
    private static final MethodHandle SET_THREADS;
    private static final MethodHandle QUEUED;
    private static final MethodHandle RUN_NEXT;
    private static final MethodHandle REPLACED;

    static {
        // Findings are counted, and not logged.
        System.setProperty("watertight.suppress", "*");
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodHandles.Lookup dispatcher = MethodHandles.privateLookupIn(Dispatcher.class, lookup);
            MethodHandles.Lookup workers = MethodHandles.privateLookupIn(Workers.class, lookup);
            SET_ALIVE = dispatcher.findSetter(Dispatcher.class, "alive", int.class);
            SET_THREADS = workers.findSetter(Workers.class, "threads", int.class);
            QUEUED = workers.findGetter(Workers.class, "queued", int.class);
            RUN_NEXT = workers.findVirtual(Workers.class, "runNext", MethodType.methodType(boolean.class));
            REPLACED = dispatcher.findGetter(Dispatcher.class, "replaced", CompletableFuture.class);
            DEAD.start();
            DEAD.join();
        } catch (ReflectiveOperationException | InterruptedException failure) {
            throw new ExceptionInInitializerError(failure);
        }
    }

    /** What is pooled. */
    static final class Thing {
        final Allocator<Thing> maker;
        int destroyed;
        /** What its holders count; plain, so that it shows whether leases are ordered. */
        int uses;

        Thing(Allocator<Thing> maker) {
            this.maker = maker;
        }
    }

    /** Makes things, remembers them, and fails as often as it is told. */
    final class Maker implements Allocator<Thing> {
        int failures;

        @Override
        public Thing create() {
            if (failures > 0) {
                failures--;
                throw new IllegalStateException("told to fail");
            }
            Thing thing = new Thing(this);
            made.add(thing);
            return thing;
        }

        @Override
        public void destroy(Thing thing) {
            thing.destroyed += thing.maker == this ? 1 : 100;
        }
    }

    final List<Thing> made = Collections.synchronizedList(new ArrayList<>(2));
    final Maker maker = new Maker();
    final Ledger books = new Ledger();
    final PoolCore<Thing> core;
    /** Things that are out of the pool for good, and not destroyed. */
    int detached;

    private Fixture(int capacity, int objects, Consumer<PoolBuilder<Thing>> options) {
        PoolBuilder<Thing> builder = Pool.builder("jcstress").capacity(capacity).allocator(maker);
        options.accept(builder);
        core = new PoolCore<>(new PoolSettings<>(builder), books::opened);
        try {
            SET_THREADS.invokeExact(core.workers, 1_000); // so many that none is started
            SET_ALIVE.invokeExact(core.dispatcher, objects);
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
        for (int i = 0; i < objects; i++) {
            Slot slot = slot(i);
            slot.object = maker.create();
            slot.allocator = maker;
            slot.setStateVolatile(Slot.as(slot.statePlain(), Slot.FREE));
        }
    }

    /** A pool that has made nothing yet. */
    static Fixture empty(int capacity) {
        return new Fixture(capacity, 0, ignored -> {});
    }

    /** A pool whose objects are all made, and idle. */
    static Fixture idle(int capacity) {
        return new Fixture(capacity, capacity, ignored -> {});
    }

    /** A pool with one object, idle in its first slot; each look at all the slots takes its time. */
    static Fixture sparse(int capacity) {
        return new Fixture(capacity, 1, ignored -> {});
    }

    static Fixture idle(int capacity, Consumer<PoolBuilder<Thing>> options) {
        return new Fixture(capacity, capacity, options);
    }

    Slot slot(int index) {
        return core.table.slotsAcquire()[index];
    }

    int tag(int index) {
        return Slot.tagOf(slot(index).stateVolatile());
    }

    /** A lease of an idle object; null if there is none, or none may be had. */
    @Nullable
    PoolLease<Thing> tryLease() {
        Slot slot;
        try {
            slot = core.tryTake(LEASED);
        } catch (PoolClosedException closed) {
            return null;
        }
        return slot == null ? null : core.tracking.lease(slot);
    }

    PoolLease<Thing> lease() {
        return Objects.requireNonNull(tryLease());
    }

    /** Waits in the queue from now on, unless there is something to be had. */
    Waiter queue() {
        Waiter waiter = new Waiter(WAITING, LEASED);
        core.dispatcher.enqueue(waiter);
        return waiter;
    }

    /** What a waiter got; null if nothing. */
    @Nullable
    PoolLease<Thing> lease(Waiter waiter) {
        Slot granted = waiter.granted;
        return granted == null ? null : core.tracking.lease(granted);
    }

    /** The collector finds that nobody has the anchor of a slot any more. */
    void dropAnchor(int index) {
        Reference<?> reference = Objects.requireNonNull(slot(index).reference);
        reference.clear();
        reference.enqueue();
    }

    /** One job of a worker, on this thread; there must be one. */
    void work() {
        try {
            boolean ignored = (boolean) RUN_NEXT.invokeExact(core.workers);
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    /** For twins: lets time pass between a look and what is done about it, until whoever has the lock now has left it. */
    void dawdle() {
        core.lock.lock();
        core.lock.unlock();
    }

    /** Whether the end of the last replacement was announced. */
    boolean isReplaced() {
        try {
            return (CompletableFuture<?>) REPLACED.invoke(core.dispatcher) == null;
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    private int queued() {
        try {
            return (int) QUEUED.invokeExact(core.workers);
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    /**
     * For arbiters: lets the workers do all they have to do, and says whether everything adds up then.
     *
     * @return "sound", or what is wrong
     */
    String audit() {
        while (queued() > 0) {
            work();
        }
        int alive = 0;
        int free = 0;
        int leased = 0;
        List<Object> inside = new ArrayList<>();
        for (Slot slot : core.table.slotsAcquire()) {
            int tag = Slot.tagOf(slot.stateVolatile());
            alive += tag == Slot.EMPTY ? 0 : 1;
            free += tag == Slot.FREE ? 1 : 0;
            leased += tag == Slot.LEASED ? 1 : 0;
            if (tag != Slot.EMPTY && tag != Slot.FREE && tag != Slot.LEASED) {
                return "stuck: " + slot;
            }
            if ((tag == Slot.EMPTY) != (slot.object == null) || slot.object != null && inside.contains(slot.object)) {
                return "object of " + slot;
            }
            inside.add(slot.object);
        }
        int waiting = core.dispatcher.waiting();
        if (core.lock.isLocked() || alive != core.dispatcher.alive() || core.dispatcher.creating() != 0) {
            return "books: alive=" + alive + "/" + core.dispatcher.alive();
        }
        if (alive - leased > core.dispatcher.target() || core.isClosedNow() && free > 0) {
            return "too many";
        }
        if (waiting > 0 && (core.isClosedNow() || free > 0 && !core.dispatcher.isSuspended())) {
            return "forgotten waiter";
        }
        if (((core.controlVolatile() & PoolCore.WAITERS) != 0) != (waiting > 0)) {
            return "control=" + core.controlVolatile();
        }
        int outside = 0;
        for (Thing thing : made) {
            boolean isInside = inside.contains(thing);
            outside += !isInside && thing.destroyed == 0 ? 1 : 0;
            if (thing.destroyed > (isInside ? 0 : 1)) {
                return "destroyed=" + thing.destroyed;
            }
        }
        return outside == detached ? "sound" : "lost objects: " + (outside - detached);
    }
}
