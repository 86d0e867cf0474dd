package io.watertight.pools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.watertight.pools.PoolFixture.Thing;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PoolUpkeepTest {
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void prefillIsMadeAndKept() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(4, builder -> builder.prefill(3))) {
            fixture.pool.awaitReady(PoolFixture.LONG);

            assertThat(fixture.pool.stats().idle()).isEqualTo(3);
            PoolLease<Thing> lease = fixture.acquire();
            lease.invalidate(new IOException("broken"));
            fixture.await(() -> fixture.things.made().size() == 4 && fixture.core.dispatcher.creating() == 0);
            assertThat(fixture.pool.stats().alive()).isBetween(3, 4);
        }
    }

    @Test
    void objectsAreNotMadeBeforeTheyAreNeeded() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(4)) {
            assertThat(fixture.pool.stats().alive()).isZero();
            assertThat(fixture.pool.tryAcquire()).isNull();
            fixture.await(() -> fixture.core.table.count(Slot.FREE) == 1);

            try (PoolLease<Thing> lease = fixture.pool.tryAcquire()) {
                assertThat(lease).isNotNull();
                assertThat(fixture.things.made()).hasSize(1);
            }
        }
    }

    @Test
    void idleObjectsEndButNotThePrefill() throws InterruptedException {
        try (PoolFixture fixture =
                new PoolFixture(4, builder -> builder.prefill(1).maxIdle(MINUTE))) {
            fixture.pool.awaitReady(PoolFixture.LONG);
            PoolLease<Thing> one = fixture.acquire();
            PoolLease<Thing> two = fixture.acquire();
            one.close();
            two.close();
            fixture.books.pass(TICK);

            fixture.books.pass(MINUTE.minus(TICK));
            assertThat(fixture.pool.stats().idle()).isEqualTo(2);
            fixture.books.pass(TICK);

            fixture.await(() -> fixture.core.dispatcher.alive() == 1);
            assertThat(fixture.pool.stats().destroyed()).containsEntry(DestroyReason.IDLE, 1L);
            fixture.books.pass(MINUTE);
            assertThat(fixture.pool.stats().alive()).isEqualTo(1);
        }
    }

    @Test
    void oldObjectsEndWhenTheyAreIdleAgain() throws InterruptedException {
        try (PoolFixture fixture =
                new PoolFixture(1, builder -> builder.maxLifetime(MINUTE).lifetimeSpread(0))) {
            PoolLease<Thing> lease = fixture.acquire();
            Thing old = lease.get();
            fixture.books.pass(MINUTE.plus(TICK));

            assertThat(old.ends).hasValue(0);
            assertThat(lease.get()).isSameAs(old);
            lease.close();

            fixture.await(() -> fixture.core.dispatcher.alive() == 0);
            assertThat(old.ends).hasValue(1);
            assertThat(fixture.pool.stats().destroyed()).containsEntry(DestroyReason.EXPIRED, 1L);
        }
    }

    @Test
    void lifetimesAreSpread() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(
                50, builder -> builder.prefill(50).maxLifetime(MINUTE).lifetimeSpread(0.5))) {
            fixture.pool.awaitReady(PoolFixture.LONG);

            fixture.books.pass(Duration.ofSeconds(29));
            assertThat(fixture.pool.stats().destroyedInAll()).isZero();
            fixture.books.pass(Duration.ofSeconds(16));
            fixture.await(() -> fixture.core.table.count(Slot.DESTROYING) == 0);

            assertThat(fixture.pool.stats().destroyed().get(DestroyReason.EXPIRED))
                    .isBetween(5L, 45L);
        }
    }

    @Test
    void invalidIdleObjectsAreFoundInTheBackground() throws InterruptedException {
        try (PoolFixture fixture =
                new PoolFixture(2, builder -> builder.prefill(2).validateEvery(MINUTE))) {
            fixture.pool.awaitReady(PoolFixture.LONG);
            Thing broken = fixture.things.made().get(0);
            broken.valid = false;

            fixture.books.pass(MINUTE);
            fixture.await(() -> fixture.things.made().size() == 3 && fixture.core.table.count(Slot.FREE) == 2);

            assertThat(broken.ends).hasValue(1);
            assertThat(fixture.pool.stats().destroyed()).containsEntry(DestroyReason.INVALID, 1L);
        }
    }

    @Test
    void checksTakeAFewObjectsAtATimeAndEachGetsItsTurn() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(
                6, builder -> builder.prefill(6).concurrentCalls(2).validateEvery(TICK))) {
            fixture.pool.awaitReady(PoolFixture.LONG);
            fixture.things.made().forEach(thing -> thing.valid = false);

            for (int step = 1; step <= 3; step++) {
                int ended = 2 * step;
                fixture.books.passInSteps(Duration.ofSeconds(1));
                fixture.await(
                        () -> fixture.things.made().size() == 6 + ended && fixture.core.table.count(Slot.FREE) == 6);
            }

            assertThat(fixture.things.made().subList(0, 6))
                    .allSatisfy(thing -> assertThat(thing.ends).hasValue(1));
        }
    }

    @Test
    void failingAllocatorIsTriedAgainAfterAPauseAndItsCauseReachesWhoWaits() throws InterruptedException {
        try (PoolFixture fixture =
                new PoolFixture(1, builder -> builder.backOff(Duration.ofSeconds(1), Duration.ofSeconds(4)))) {
            IOException refused = new IOException("connection refused");
            fixture.things.failWith(refused);
            CompletableFuture<PoolLease<Thing>> waiting =
                    fixture.pool.acquireAsync(Duration.ofHours(1), task -> new Thread(task).start());
            fixture.await(() -> fixture.core.counters.createFailures.get() == 1);

            assertThatThrownBy(() -> fixture.pool.acquire(Duration.ZERO).close())
                    .isInstanceOf(PoolTimeoutException.class)
                    .hasMessageContaining("no object could be made: java.io.IOException: connection refused")
                    .hasCause(refused);
            fixture.books.pass(Duration.ofMillis(400));
            assertThat(fixture.pool.stats().createFailures()).isEqualTo(1);
            fixture.books.pass(Duration.ofMillis(600));
            fixture.await(() -> fixture.core.counters.createFailures.get() == 2);

            fixture.things.failWith(null);
            fixture.books.pass(Duration.ofSeconds(2));
            waiting.join().close();
        }
    }

    @Test
    void errorsOfTheAllocatorLoseNoCapacity() throws InterruptedException {
        try (PoolFixture fixture =
                new PoolFixture(1, builder -> builder.backOff(Duration.ofMillis(100), Duration.ofMillis(100)))) {
            fixture.things.failWith(new StackOverflowError("deep"));
            assertThat(fixture.pool.tryAcquire()).isNull();
            fixture.await(() -> fixture.core.counters.createFailures.get() == 1);
            fixture.things.failWith(null);
            fixture.books.pass(TICK);

            fixture.acquire().close();

            assertThat(fixture.pool.stats().alive()).isEqualTo(1);
        }
    }

    @Test
    void hungCallIsInterruptedAndGivenUpAndItsLateObjectIsDestroyed() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch late = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        Thing lateThing = new Thing(-1);
        try (PoolFixture fixture = new PoolFixture(
                1,
                builder -> builder.callTimeout(Duration.ofSeconds(5))
                        .concurrentCalls(1)
                        .backOff(Duration.ofMillis(100), Duration.ofMillis(100)))) {
            fixture.pool.replaceAllocator(new Allocator<>() {
                @Override
                public Thing create() throws Exception {
                    if (calls.getAndIncrement() > 0) {
                        return fixture.things.create();
                    }
                    called.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException expected) {
                        interrupted.countDown();
                    }
                    late.await();
                    return lateThing;
                }

                @Override
                public void destroy(Thing thing) {
                    fixture.things.destroy(thing);
                }
            });
            assertThat(fixture.pool.tryAcquire()).isNull();
            called.await();

            fixture.books.pass(Duration.ofSeconds(6));
            interrupted.await();
            assertThat(fixture.pool.stats().hung()).isEqualTo(1);
            fixture.books.pass(TICK);
            try (PoolLease<Thing> lease = fixture.acquire()) {
                assertThat(lease.get().number).isZero(); // another thread made one
            }

            late.countDown();
            fixture.await(() -> fixture.core.workers.hung() == 0);
            fixture.awaitEnd(lateThing);
            fixture.core.dispatcher.serve();
        }
    }

    @Test
    void dirtyReturnsAreCountedOrDestroyed() throws InterruptedException {
        try (PoolFixture fixture =
                new PoolFixture(1, builder -> builder.onDirtyReturn(thing -> thing.dirty, DirtyPolicy.DESTROY))) {
            Thing first;
            try (PoolLease<Thing> lease = fixture.acquire()) {
                first = lease.get();
                first.dirty = true;
            }
            fixture.await(() -> fixture.core.dispatcher.alive() == 0);

            assertThat(first.ends).hasValue(1);
            assertThat(fixture.pool.stats().dirtyReturns()).isEqualTo(1);
        }
        try (PoolFixture fixture = new PoolFixture(
                1,
                builder -> builder.onDirtyReturn(thing -> thing.dirty, DirtyPolicy.REPORT)
                        .reset(thing -> thing.dirty = false))) {
            try (PoolLease<Thing> lease = fixture.acquire()) {
                lease.get().dirty = true;
            }
            try (PoolLease<Thing> lease = fixture.acquire()) {
                assertThat(lease.get().dirty).isFalse();
                assertThat(lease.get().number).isZero();
            }
            assertThat(fixture.pool.stats().dirtyReturns()).isEqualTo(1);
        }
    }

    @Test
    void failedResetDestroysTheObjectAndIsReportedNotThrown() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(
                1,
                builder -> builder.reset(thing -> {
                    throw new StackOverflowError("reset");
                }))) {
            fixture.acquire().close();
            fixture.await(() -> fixture.core.dispatcher.alive() == 0);

            assertThat(fixture.things.made().get(0).ends).hasValue(1);
            assertThat(fixture.books.findings()).containsExactly("CLOSE_FAILED reset");
        }
    }

    @Test
    void objectsThatGrewTooLargeAreNotKept() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1, builder -> builder.maxRetainedCost(thing -> thing.cost, 10))) {
            fixture.pool.<Long, RuntimeException>with(PoolFixture.LONG, thing -> thing.cost = 10);
            fixture.pool.<Long, RuntimeException>with(PoolFixture.LONG, thing -> thing.cost = 11);
            fixture.await(() -> fixture.core.dispatcher.alive() == 0);

            assertThat(fixture.things.made()).hasSize(1);
            assertThat(fixture.pool.stats().destroyed()).containsEntry(DestroyReason.TOO_LARGE, 1L);
        }
    }

    @Test
    void evictTestsIdleObjectsNowAndLeasedOnesOnTheirReturn() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(2, builder -> builder.prefill(2))) {
            fixture.pool.awaitReady(PoolFixture.LONG);
            PoolLease<Thing> lease = fixture.acquire();
            Thing leased = lease.get();

            assertThat(fixture.pool.evict(thing -> true)).isEqualTo(1);
            assertThat(leased.ends).hasValue(0);
            lease.close();
            fixture.await(() -> fixture.core.counters.destroyed().get(DestroyReason.EVICTED) == 2
                    && fixture.core.table.count(Slot.FREE) == 2);

            assertThat(leased.ends).hasValue(1);
            assertThat(fixture.pool.evict(thing -> false)).isZero();
        }
    }

    @Test
    void evictThatThrowsLosesNothing() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1, builder -> builder.prefill(1))) {
            fixture.pool.awaitReady(PoolFixture.LONG);

            assertThatThrownBy(() -> fixture.pool.evict(thing -> {
                        throw new IllegalArgumentException("no");
                    }))
                    .hasMessage("no");

            assertThat(fixture.pool.stats().idle()).isEqualTo(1);
        }
    }

    @Test
    void smallerPoolEndsIdleObjectsNowAndOthersOnTheirReturn() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(3, builder -> builder.prefill(3))) {
            fixture.pool.awaitReady(PoolFixture.LONG);
            PoolLease<Thing> one = fixture.acquire();
            PoolLease<Thing> two = fixture.acquire();

            fixture.pool.resize(1);
            fixture.await(() -> fixture.core.dispatcher.alive() == 2);
            one.close();
            fixture.await(() -> fixture.core.dispatcher.alive() == 1);
            two.close();

            assertThat(fixture.pool.stats().idle()).isEqualTo(1);
            assertThat(fixture.pool.stats().destroyed()).containsEntry(DestroyReason.RESIZED, 2L);
        }
    }

    @Test
    void smallerPoolEndsNoMoreThanItHasTo() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(5, builder -> builder.prefill(5))) {
            fixture.pool.awaitReady(PoolFixture.LONG);

            fixture.pool.resize(3);
            fixture.await(() -> fixture.core.dispatcher.alive() == 3);

            assertThat(fixture.pool.stats().idle()).isEqualTo(3);
            assertThat(fixture.pool.stats().destroyedInAll()).isEqualTo(2);
        }
    }

    @Test
    void largerPoolServesWhoWaitsAtOnce() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1)) {
            PoolLease<Thing> held = fixture.acquire();
            CompletableFuture<PoolLease<Thing>> waiting =
                    fixture.pool.acquireAsync(PoolFixture.LONG, task -> new Thread(task).start());
            assertThat(fixture.pool.stats().waiting()).isEqualTo(1);

            fixture.pool.resize(200);

            try (PoolLease<Thing> lease = waiting.join()) {
                assertThat(lease.get().number).isEqualTo(1);
            }
            held.close();
        }
    }

    @Test
    void replacedAllocatorEndsItsOwnObjectsAndSaysWhenTheLastIsGone() throws Exception {
        try (PoolFixture fixture = new PoolFixture(2, builder -> builder.prefill(2))) {
            fixture.pool.awaitReady(PoolFixture.LONG);
            PoolLease<Thing> old = fixture.acquire();
            PoolFixture.Things others = new PoolFixture.Things();

            CompletableFuture<?> gone = fixture.pool.replaceAllocator(others).toCompletableFuture();
            try (PoolLease<Thing> fresh = fixture.acquire()) {
                assertThat(others.made()).contains(fresh.get());
                assertThat(gone).isNotDone();
            }
            old.close();

            gone.join();
            assertThat(fixture.things.made())
                    .allSatisfy(thing -> assertThat(thing.ends).hasValue(1));
            assertThat(others.made()).allSatisfy(thing -> assertThat(thing.ends).hasValue(0));
        }
    }

    @Test
    void suspendedPoolGrantsNothingUntilItIsResumed() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1, builder -> builder.prefill(1))) {
            fixture.pool.awaitReady(PoolFixture.LONG);
            fixture.pool.suspend();

            assertThat(fixture.pool.tryAcquire()).isNull();
            CompletableFuture<PoolLease<Thing>> waiting =
                    fixture.pool.acquireAsync(PoolFixture.LONG, task -> new Thread(task).start());
            assertThatThrownBy(() -> fixture.pool.acquire(Duration.ZERO).close())
                    .hasMessageContaining("the pool is suspended: call resume()");
            assertThat(waiting).isNotDone();
            fixture.pool.resume();

            waiting.join().close();
        }
    }

    @Test
    void drainReportsWhoStillHoldsAnObject() throws InterruptedException {
        PoolFixture fixture = new PoolFixture(2, builder -> builder.prefill(2));
        fixture.pool.awaitReady(PoolFixture.LONG);
        PoolLease<Thing> held = fixture.acquire();

        DrainReport report = fixture.pool.drain(Duration.ZERO);
        assertThat(report.complete()).isFalse();
        assertThat(report.survivors())
                .singleElement()
                .satisfies(holder -> assertThat(holder.threadId())
                        .isEqualTo(Thread.currentThread().getId()));
        assertThat(report.toString()).contains("not drained within 0.0 ms (still held=1");
        assertThat(held.get().ends).hasValue(0);
        assertThat(fixture.books.isClosed()).isFalse();
        held.close();

        assertThat(fixture.pool.drain(PoolFixture.LONG).complete()).isTrue();
        assertThat(fixture.things.made())
                .allSatisfy(thing -> assertThat(thing.ends).hasValue(1));
        assertThat(fixture.books.isClosed()).isTrue();
    }

    @Test
    void closeWaitsForTheThreadsOfThePool() throws InterruptedException {
        PoolFixture fixture = new PoolFixture(4, builder -> builder.prefill(4).concurrentCalls(3));
        fixture.pool.awaitReady(PoolFixture.LONG);
        assertThat(fixture.core.workers.threads()).isPositive();

        fixture.pool.close();

        assertThat(fixture.core.workers.threads()).isZero();
        assertThat(fixture.books.isClosed()).isTrue();
    }

    @Test
    void closeRefusesWhoWaitsAndWhoComes() throws InterruptedException {
        PoolFixture fixture = new PoolFixture(1);
        PoolLease<Thing> held = fixture.acquire();
        CompletableFuture<PoolLease<Thing>> waiting =
                fixture.pool.acquireAsync(PoolFixture.LONG, task -> new Thread(task).start());

        fixture.pool.close();

        assertThatThrownBy(waiting::join).hasCauseInstanceOf(PoolClosedException.class);
        assertThatThrownBy(fixture.pool::tryAcquire)
                .isInstanceOf(PoolClosedException.class)
                .hasMessage("pool 'things' is closed; nothing can be acquired any more");
        held.close();
        fixture.pool.close();
        assertThat(fixture.pool.drain(PoolFixture.LONG).complete()).isTrue();
    }
}
