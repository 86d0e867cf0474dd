package io.watertight.pools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.watertight.guards.internal.Books;
import io.watertight.testing.GcBarrier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What must hold when the other side fails, or comes, at the worst moment. */
class PoolKernelFaultsTest {
    private static final Duration LONG = Duration.ofSeconds(5);
    private static final int LEASED = Slot.LEASED | Slot.ANCHORED;

    private final List<PoolCore<Object>> cores = new ArrayList<>();

    @AfterEach
    void closeAll() {
        cores.forEach(core -> core.dispatcher.close());
    }

    private PoolCore<Object> filled(int capacity) throws InterruptedException {
        PoolBuilder<Object> builder =
                Pool.builder("faults").capacity(capacity).allocator(Object::new).prefill(capacity);
        PoolCore<Object> core = new PoolCore<>(new PoolSettings<>(builder), Books::open);
        cores.add(core);
        core.dispatcher.serve();
        core.monitor.awaitPrefill(LONG.toNanos());
        return core;
    }

    @Test
    void anExecutorThatThrowsCostsNeitherTheObjectNorTheReleaser() throws InterruptedException {
        PoolCore<Object> core = filled(1);
        Slot slot = core.take(LEASED, LONG);
        Executor broken = command -> {
            throw new IllegalStateException("broken executor");
        };
        core.dispatcher.enqueue(new AsyncWaiter<>(core, LEASED, Long.MAX_VALUE, broken));

        assertThatCode(() -> core.untake(slot)).doesNotThrowAnyException();
        assertThat(core.table.count(Slot.FREE)).isEqualTo(1);
    }

    @Test
    void anExecutorThatTakesATaskAndFailsDoesNotEndTheLeaseOfSomebodyElse() throws InterruptedException {
        PoolCore<Object> core = filled(1);
        Slot slot = core.take(LEASED, LONG);
        AtomicReference<Runnable> queued = new AtomicReference<>();
        Executor full = task -> {
            queued.set(task); // as ThreadPoolExecutor does before it starts a thread
            throw new OutOfMemoryError("unable to create native thread");
        };
        core.dispatcher.enqueue(new AsyncWaiter<>(core, LEASED, Long.MAX_VALUE, full));
        core.untake(slot);
        PoolLease<Object> somebodyElse = core.tracking.lease(core.take(LEASED, LONG));

        queued.get().run();

        assertThat(somebodyElse.isOpen()).isTrue();
        somebodyElse.close();
    }

    @Test
    void anExecutorThatThrowsDoesNotKeepOthersAsleep() throws InterruptedException {
        PoolCore<Object> core = filled(2);
        core.dispatcher.suspend(true);
        AtomicBoolean woken = new AtomicBoolean();
        Waiter other = new Waiter(null, LEASED) {
            @Override
            void wake() {
                woken.set(true);
            }
        };
        core.dispatcher.enqueue(other);
        core.dispatcher.enqueue(new AsyncWaiter<>(core, LEASED, Long.MAX_VALUE, command -> {
            throw new IllegalStateException("broken executor");
        }));

        assertThatCode(() -> core.dispatcher.suspend(false)).doesNotThrowAnyException();
        assertThat(woken).isTrue();
        assertThat(core.table.count(Slot.FREE)).isEqualTo(1);
        core.giveUp(other);
    }

    @Test
    @Tag("gc")
    void anExecutorThatForgetsItsTasksDoesNotLoseTheObjectSilently() throws InterruptedException {
        PoolCore<Object> core = filled(1);
        core.dispatcher.enqueue(new AsyncWaiter<>(core, LEASED, 1_000, command -> {}));
        for (int i = 0; i < 20 && core.counters.leaked.get() == 0; i++) {
            GcBarrier.await();
            core.step(true);
        }

        assertThat(core.counters.leaked.get()).isEqualTo(1);
    }

    @Test
    void aStepMayComeAsSoonAsTheBooksAreOpen() {
        PoolBuilder<Object> builder = Pool.builder("faults").capacity(1).allocator(Object::new);

        assertThatCode(() -> new PoolCore<>(new PoolSettings<>(builder), (type, keeper) -> {
                    Books books = Books.open(type, keeper);
                    keeper.step(true);
                    return books;
                }))
                .doesNotThrowAnyException();
    }

    @Test
    void whatIsReadyIsReadyAlsoWithoutTime() throws InterruptedException {
        PoolCore<Object> core = filled(1);

        assertThatCode(() -> core.monitor.awaitPrefill(0)).doesNotThrowAnyException();
    }

    @Test
    void theOldAllocatorIsNotCalledAfterItsEndWasAnnounced() throws Exception {
        CountDownLatch creating = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Allocator<Object> slow = () -> {
            creating.countDown();
            goOn.await();
            return new Object();
        };
        PoolCore<Object> core = new PoolCore<>(
                new PoolSettings<>(Pool.builder("faults").capacity(1).allocator(slow)), Books::open);
        core.tryTake(LEASED); // has one made
        creating.await();

        CompletableFuture<?> replaced = core.dispatcher.replaceAllocator(Object::new);

        boolean announced = true;
        try {
            replaced.get(1, TimeUnit.SECONDS);
        } catch (TimeoutException notYet) {
            announced = false;
        }
        goOn.countDown();
        assertThat(announced)
                .as("completed while create() of the old allocator runs")
                .isFalse();
    }

    @Test
    void anExhaustedStackCostsNeitherTheLockNorASlot() throws Exception {
        PoolCore<Object> core = filled(2);
        core.tracking.lease(core.take(LEASED, LONG)).close(); // all classes are there
        core.dispatcher.serve();
        AtomicInteger overflows = new AtomicInteger();
        for (int round = 0; round < 20 && !core.lock.isLocked(); round++) {
            Thread deep = new Thread(null, () -> dive(core, overflows, 0), "deep", 256 * 1024);
            deep.setUncaughtExceptionHandler((thread, failure) -> {});
            deep.start();
            deep.join();
        }

        assertThat(core.lock.isLocked() + " free=" + core.table.count(Slot.FREE) + " leased="
                        + core.table.count(Slot.LEASED) + " returning=" + core.table.count(Slot.RETURNING)
                        + " overflows=" + overflows)
                .startsWith("false free=2");
    }

    @SuppressWarnings("InfiniteRecursion") // is what it is for
    private static void dive(PoolCore<Object> core, AtomicInteger overflows, int pad) {
        try {
            dive(core, overflows, pad);
        } catch (StackOverflowError bottom) {
            // use the pool from every frame up to here
        }
        try {
            core.dispatcher.serve();
            Slot slot = core.tryTake(LEASED);
            if (slot != null) {
                core.tracking.lease(slot).close();
            }
        } catch (StackOverflowError overflow) {
            overflows.incrementAndGet();
        }
    }
}
