package io.watertight.pools;

import io.watertight.guards.internal.LibraryThreads;
import io.watertight.guards.internal.Texts;
import io.watertight.pools.Job.Kind;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a pool, which alone call its allocator: they are started when there is something to do, end after ten idle
 * seconds, and are given up one by one when a call hangs.
 */
final class Workers {
    /*
     * All fields are guarded by the core lock; the allocator is called without it.
     *
     * A job is taken, run, and finished by one worker. A call that takes too long is given up under the lock, by the step:
     * the job is marked, its worker interrupted, and the slot goes on without it. The worker sees the mark under the same
     * lock, so the interrupt can never reach its next job; it destroys what the call returned, and ends.
     */
    private static final long IDLE_NANOS = Duration.ofSeconds(10).toNanos();

    private final PoolCore<?> core;
    private final Condition submitted;
    private @Nullable Job head;
    private @Nullable Job tail;
    private int queued;
    private int threads;
    private int idle;
    private int named;
    private int hung;
    private final @Nullable Job[] running;
    private int failures;
    private long retryAtNanos;
    private @Nullable Throwable lastFailure;

    Workers(PoolCore<?> core) {
        this.core = core;
        this.submitted = core.lock.newCondition();
        this.running = new Job[core.settings.concurrentCalls];
    }

    void submit(Slot slot, Kind kind, DestroyReason reason) {
        Job job = slot.job; // made before, so that nothing can fail here
        job.kind = kind;
        job.reason = reason;
        if (tail == null) {
            head = job;
        } else {
            tail.next = job;
        }
        tail = job;
        queued++;
        submitted.signal();
    }

    /** Reserves a thread if one is missing; the caller starts it after it has left the lock. */
    boolean wantsThread() {
        if (queued <= idle || threads >= running.length) {
            return false;
        }
        threads++;
        named++;
        return true;
    }

    void startThread() {
        try {
            LibraryThreads.daemon("watertight-pool-" + core.settings.name + "-" + named, new Loop())
                    .start();
        } catch (Throwable noThread) {
            core.enter();
            try {
                threads--; // the next step tries again
            } finally {
                core.lock.unlock();
            }
            core.books.failed("a thread of pool '" + core.settings.name + "' could not be started", noThread);
        }
    }

    /** Lets idle threads end, because nothing will come any more. */
    void end() {
        submitted.signalAll();
    }

    /** False while the allocator is given time to recover, and while too many of its calls hang. */
    boolean mayCreate() {
        return hung < core.settings.maxHungCalls
                && (failures == 0 || core.books.ticker().nanos() - retryAtNanos >= 0);
    }

    int threads() {
        return threads;
    }

    int hung() {
        return hung;
    }

    /** What the last call of {@link Allocator#create} threw; null if it succeeded. */
    @Nullable
    Throwable lastFailure() {
        return lastFailure;
    }

    void forgetFailures() {
        failures = 0;
        lastFailure = null;
    }

    /** Waits longer after each failure, up to the longest time, and up to half as long again or less, at random. */
    private void failed(Throwable failure) {
        lastFailure = failure;
        core.counters.createFailures.incrementAndGet();
        PoolSettings<?> settings = core.settings;
        long pause = settings.firstBackOffNanos << Math.min(failures, 30);
        if (pause <= 0 || pause > settings.longestBackOffNanos) {
            pause = settings.longestBackOffNanos;
        }
        failures++;
        long jittered = pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1);
        retryAtNanos = core.books.ticker().nanos() + jittered;
    }

    /** Gives up calls that take too long, and sees to what waits for a thread or for the end of a pause. */
    void step() {
        core.enter();
        try {
            long now = core.books.ticker().nanos();
            for (int i = 0; i < running.length; i++) {
                Job job = running[i];
                if (job != null && now - job.startedNanos > core.settings.callTimeoutNanos) {
                    giveUp(job, i);
                }
            }
            core.dispatcher.planCreations(0);
        } finally {
            core.dispatcher.leave();
        }
    }

    private void giveUp(Job job, int place) {
        Slot slot = job.slot;
        slot.job = new Job(slot); // first: if there is no memory, the next step tries again
        job.givenUp = true;
        running[place] = null;
        threads--;
        hung++;
        Thread runner = job.runner;
        if (runner != null) {
            runner.interrupt();
        }
        if (job.kind == Kind.CREATE) {
            failed(new AllocatorTimeoutException("pool '" + core.settings.name + "': create() did not return within "
                    + Texts.time(core.settings.callTimeoutNanos) + "; it was interrupted and given up"));
            core.dispatcher.notCreated(slot);
        } else {
            core.counters.abandoned.incrementAndGet();
            core.dispatcher.makeEmpty(slot);
        }
    }

    /** One thread. */
    private final class Loop implements Runnable {
        @Override
        public void run() {
            boolean goOn = true;
            while (goOn) {
                try {
                    goOn = runNext();
                } catch (Throwable failure) {
                    // Our own code failed, of a lack of memory, say; the thread goes on.
                    core.books.failed("a worker of pool '" + core.settings.name + "' failed", failure);
                }
            }
        }
    }

    private boolean runNext() {
        Job job;
        Allocator<?> maker;
        Allocator<?> madeBy;
        Object object;
        int place;
        core.enter();
        try {
            job = nextJob();
            if (job == null) {
                threads--;
                core.changed.signalAll(); // who closes the pool waits for its threads
                return false;
            }
            place = freePlace();
            running[place] = job;
            job.runner = Thread.currentThread();
            job.startedNanos = core.books.ticker().nanos();
            maker = core.dispatcher.allocator();
            if (job.kind == Kind.CREATE) {
                job.slot.allocator = maker; // it is in use from here on, although there is no object yet
            }
            object = job.slot.object; // now: once this call is given up, the slot may have another
            madeBy = job.slot.allocator;
        } finally {
            core.lock.unlock();
        }
        return switch (job.kind) {
            case CREATE -> create(job, maker, place);
            case VALIDATE -> validate(job, place, madeBy, object);
            case DESTROY -> destroy(job, place, madeBy, object);
        };
    }

    private int freePlace() {
        int place = 0;
        while (running[place] != null) {
            place++;
        }
        return place;
    }

    private @Nullable Job nextJob() {
        long left = IDLE_NANOS;
        while (head == null) {
            if (left <= 0 || (core.dispatcher.isClosed() && core.dispatcher.alive() == 0)) {
                return null;
            }
            idle++;
            try {
                left = submitted.awaitNanos(left);
            } catch (InterruptedException byAnAllocator) {
                // It interrupted itself; nobody else does.
            } finally {
                idle--;
            }
        }
        Job job = head;
        head = job.next;
        job.next = null;
        if (head == null) {
            tail = null;
        }
        queued--;
        return job;
    }

    /** Ends the running of a job; false if it was given up, and then this thread ends as well. Leaves the lock held. */
    private boolean finish(Job job, int place) {
        core.enter();
        Thread.interrupted();
        job.runner = null;
        if (job.givenUp) {
            hung--;
            core.changed.signalAll();
            return false;
        }
        running[place] = null;
        return true;
    }

    private boolean create(Job job, Allocator<?> maker, int place) {
        Object made = null;
        Throwable failure = null;
        try {
            made = maker.create();
            if (made == null) {
                failure = new NullPointerException("the allocator of pool '" + core.settings.name + "' returned null");
            }
        } catch (Throwable thrown) {
            failure = thrown;
        }
        boolean mine = finish(job, place);
        try {
            if (mine && made != null) {
                forgetFailures();
                core.counters.created.incrementAndGet();
                core.dispatcher.created(job.slot, made, maker);
            } else if (mine && failure != null) {
                failed(failure);
                core.dispatcher.notCreated(job.slot);
            }
            core.dispatcher.planCreations(0);
        } finally {
            core.dispatcher.leave();
        }
        if (!mine && made != null) {
            end(maker, made, DestroyReason.INVALID, null);
        }
        return mine;
    }

    private boolean validate(Job job, int place, @Nullable Allocator<?> maker, @Nullable Object object) {
        Slot slot = job.slot;
        boolean valid = isValid(maker, object);
        boolean mine = finish(job, place);
        try {
            if (mine) {
                core.dispatcher.place(slot, valid ? null : DestroyReason.INVALID);
            }
            core.dispatcher.planCreations(0);
        } finally {
            core.dispatcher.leave();
        }
        if (!mine) {
            end(maker, object, DestroyReason.INVALID, null);
        }
        return mine;
    }

    private boolean destroy(Job job, int place, @Nullable Allocator<?> maker, @Nullable Object object) {
        Slot slot = job.slot;
        end(maker, object, job.reason, slot);
        boolean mine = finish(job, place);
        try {
            if (mine) {
                core.dispatcher.makeEmpty(slot);
            }
            core.dispatcher.planCreations(0);
        } finally {
            core.dispatcher.leave();
        }
        return mine;
    }

    @SuppressWarnings("unchecked")
    private static boolean isValid(@Nullable Allocator<?> maker, @Nullable Object object) {
        try {
            return maker != null && object != null && ((Allocator<Object>) maker).isValid(object);
        } catch (Throwable invalid) {
            return false;
        }
    }

    @SuppressWarnings("unchecked")
    private void end(@Nullable Allocator<?> maker, @Nullable Object object, DestroyReason reason, @Nullable Slot slot) {
        if (maker == null || object == null) {
            return;
        }
        core.counters.destroyed(reason);
        try {
            ((Allocator<Object>) maker).destroy(object);
        } catch (Throwable failure) {
            core.books.closeFailed(LeakScan.siteOf(slot, core), failure);
        }
    }
}
