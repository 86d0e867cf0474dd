package io.watertight.pools;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.guards.Evidence;
import io.watertight.guards.LeakListener;
import io.watertight.guards.LeakReport;
import io.watertight.guards.Lease;
import io.watertight.guards.Watertight;
import io.watertight.pools.PoolFixture.Thing;
import io.watertight.testing.AllowLeaks;
import io.watertight.testing.GcBarrier;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of leases, and of pools, that nobody gives back. */
class PoolLeakTest {
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static void dropLease(PoolFixture fixture) throws InterruptedException {
        assertThat(fixture.acquire().isOpen()).isTrue();
    }

    @Test
    @Tag("gc")
    void droppedLeaseIsFoundAndItsPlaceFilledAgain() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1)) {
            fixture.books.pass(TICK);
            dropLease(fixture);
            GcBarrier.await();
            fixture.books.pass(TICK);

            assertThat(fixture.books.findings())
                    .containsExactly(
                            "GC_PROVEN since 1 by " + Thread.currentThread().getName());
            try (PoolLease<Thing> next = fixture.acquire()) {
                assertThat(next.get().number).isEqualTo(1);
            }
            assertThat(fixture.things.made().get(0).ends)
                    .as("retired, not destroyed")
                    .hasValue(0);
            assertThat(fixture.pool.stats().leaked()).isEqualTo(1);
            assertThat(fixture.pool.stats().abandoned()).isEqualTo(1);
        }
    }

    @Test
    @Tag("gc")
    void cleanCyclesAreNeverTakenForLeaks() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(2)) {
            for (int i = 0; i < 20; i++) {
                PoolLease<Thing> closed = fixture.acquire();
                closed.close();
                try (PoolLease<Thing> held = fixture.acquire()) {
                    GcBarrier.await();
                    fixture.books.pass(TICK);
                    assertThat(held.isOpen()).isTrue();
                }
            }

            assertThat(fixture.books.findings()).isEmpty();
            assertThat(fixture.things.made()).hasSize(1);
        }
    }

    @Test
    void leaseHasASiteOfItsOwnOnceInAPause() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1)) {
            fixture.books.pause = 2;

            assertThat(sitesOf(fixture, 7))
                    .containsExactly("sampled", "common", "common", "sampled", "common", "common", "sampled");
        }
    }

    @Test
    void everyLeaseHasASiteOfItsOwnWhileALeakIsLookedFor() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1)) {
            assertThat(sitesOf(fixture, 3)).containsExactly("sampled", "common", "common");

            fixture.books.pause = 0;
            fixture.books.pass(TICK);

            assertThat(sitesOf(fixture, 3)).containsExactly("sampled", "sampled", "sampled");
        }
    }

    @Test
    void leaseHasASiteOfItsOwnAfterTheLevelWasChanged() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1)) {
            assertThat(sitesOf(fixture, 2)).containsExactly("sampled", "common");

            fixture.books.off(true);
            fixture.books.off(false);

            assertThat(sitesOf(fixture, 2)).containsExactly("sampled", "common");
        }
    }

    @Test
    void whoHoldsForLongestIsNamedFirst() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(2)) {
            PoolLease<Thing> first = fixture.acquire();
            try (PoolLease<Thing> older = fixture.acquire()) {
                first.close();
                fixture.books.pass(TICK);
                try (PoolLease<Thing> newer = fixture.acquire()) { // in the place of the first
                    assertThat(List.of(older, newer)).allMatch(PoolLease::isOpen);
                    assertThat(fixture.pool.holders())
                            .extracting(PoolHolder::held)
                            .containsExactly(TICK, Duration.ZERO);
                }
            }
        }
    }

    private static List<String> sitesOf(PoolFixture fixture, int leases) throws InterruptedException {
        List<String> sites = new ArrayList<>();
        for (int i = 0; i < leases; i++) {
            try (PoolLease<Thing> held = fixture.acquire()) {
                assertThat(held.isOpen()).isTrue();
                sites.add(fixture.pool.holders().get(0).site());
            }
        }
        return sites;
    }

    @Test
    @Tag("gc")
    void closedHandleThatIsKeptHidesNoLaterLeak() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1)) {
            PoolLease<Thing> kept = fixture.acquire();
            kept.close();
            kept.close();
            dropLease(fixture);
            GcBarrier.await();
            fixture.books.pass(TICK);

            assertThat(fixture.pool.stats().leaked()).isEqualTo(1);
            assertThat(kept.isOpen()).isFalse();
        }
    }

    @Test
    @Tag("gc")
    void leakedObjectIsDestroyedIfThatIsThePolicy() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1, builder -> builder.onLeak(LeakPolicy.DESTROY))) {
            dropLease(fixture);
            GcBarrier.await();
            fixture.books.pass(TICK);
            fixture.await(() -> fixture.core.dispatcher.alive() == 0);

            assertThat(fixture.things.made().get(0).ends).hasValue(1);
            assertThat(fixture.pool.stats().abandoned()).isZero();
        }
    }

    @Test
    @Tag("gc")
    void placesStayEmptyWhenTooManyObjectsWereLost() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(2, builder -> builder.maxAbandoned(1))) {
            for (int i = 0; i < 2; i++) {
                dropLease(fixture);
                GcBarrier.await();
                fixture.books.pass(TICK);
            }

            assertThat(fixture.pool.stats().lost()).isEqualTo(1);
            dropLeaseAndFind(fixture);
            assertThat(fixture.pool.stats().lost()).isEqualTo(2);
            assertThat(fixture.pool.tryAcquire()).isNull();
            assertThat(fixture.things.made()).hasSize(3);
        }
    }

    private static void dropLeaseAndFind(PoolFixture fixture) throws InterruptedException {
        dropLease(fixture);
        GcBarrier.await();
        fixture.books.pass(TICK);
    }

    @Test
    void lateLeaseIsReportedOnceAndItsReturnIsNoted() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1, builder -> builder.overdueAfter(MINUTE))) {
            PoolLease<Thing> late = fixture.acquire();
            fixture.books.pass(MINUTE);
            assertThat(fixture.books.findings()).isEmpty();
            fixture.books.pass(TICK);
            fixture.books.pass(MINUTE);

            assertThat(fixture.books.findings())
                    .containsExactly(
                            "OVERDUE since 0 by " + Thread.currentThread().getName());
            assertThat(fixture.pool.holders()).singleElement().satisfies(holder -> {
                assertThat(holder.overdue()).isTrue();
                assertThat(holder.held()).isEqualTo(MINUTE.plus(MINUTE).plus(TICK));
            });
            assertThat(late.get().ends).hasValue(0);
            late.close();

            assertThat(fixture.books.findings()).last().isEqualTo("LATE since 0");
            assertThat(fixture.pool.stats().idle()).isEqualTo(1);
        }
    }

    @Test
    void leaseOfADeadThreadIsReportedOnceAndCanBeClosed() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1)) {
            List<PoolLease<Thing>> left = new ArrayList<>();
            Thread dies = new Thread(
                    () -> {
                        try {
                            left.add(fixture.acquire());
                        } catch (InterruptedException impossible) {
                            throw new AssertionError(impossible);
                        }
                    },
                    "short-lived");
            dies.start();
            dies.join();
            fixture.books.pass(TICK);
            fixture.books.pass(TICK);

            assertThat(fixture.books.findings()).containsExactly("OWNER_DEAD since 0 by short-lived");
            left.get(0).close();
            assertThat(fixture.pool.stats().idle()).isEqualTo(1);
        }
    }

    @Test
    void handedOverLeaseFollowsItsNewOwner() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1)) {
            List<PoolLease<Thing>> left = new ArrayList<>();
            Thread self = Thread.currentThread();
            Thread dies = new Thread(() -> {
                try {
                    left.add(fixture.acquire().handOver(self));
                } catch (InterruptedException impossible) {
                    throw new AssertionError(impossible);
                }
            });
            dies.start();
            dies.join();
            fixture.books.pass(TICK);

            assertThat(fixture.books.findings()).isEmpty();
            assertThat(fixture.pool.holders())
                    .singleElement()
                    .satisfies(holder -> assertThat(holder.thread()).isEqualTo(self.getName()));
            left.get(0).handOver(dies);
            fixture.books.pass(TICK);
            assertThat(fixture.books.findings()).hasSize(1).first().asString().startsWith("OWNER_DEAD");
            left.get(0).close();
        }
    }

    @Test
    void deadThreadIsNotKeptByAnIdleObject() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1)) {
            Thread user = new Thread(() -> {
                try {
                    fixture.acquire().close();
                } catch (InterruptedException impossible) {
                    throw new AssertionError(impossible);
                }
            });
            user.start();
            user.join();
            assertThat(fixture.core.table.slotsAcquire()[0].owner).isSameAs(user);
            fixture.books.pass(TICK);

            assertThat(fixture.core.table.slotsAcquire()[0].owner).isNull();
            assertThat(fixture.pool.stats().idle()).isEqualTo(1);
        }
    }

    @Test
    @Tag("gc")
    @AllowLeaks(type = "pool", reason = "drops one on purpose")
    void droppedPoolIsReportedItsThreadsEndAndItsIdleObjectsAreEnded() throws InterruptedException {
        ConcurrentLinkedQueue<LeakReport> reports = new ConcurrentLinkedQueue<>();
        List<Thing> made = new ArrayList<>();
        try (Lease<LeakListener> listening = Watertight.onLeak(reports::add)) {
            WeakReference<?> core = dropPool(made);
            for (int i = 0; i < 10 && reports.isEmpty(); i++) {
                GcBarrier.await();
                Watertight.pump();
            }
            assertThat(listening.isOpen()).isTrue();
            assertThat(reports).anySatisfy(report -> {
                assertThat(report.type()).isEqualTo("pool");
                assertThat(report.evidence()).isEqualTo(Evidence.GC_PROVEN);
                assertThat(report.message()).contains("PoolLeakTest.dropPool");
            });
            for (Thing thing : made) {
                thing.ended.await();
            }
            for (int i = 0; i < 100 && core.get() != null; i++) {
                GcBarrier.await();
            }
            assertThat(core.get()).as("core of the pool").isNull();
        }
    }

    private static WeakReference<?> dropPool(List<Thing> made) throws InterruptedException {
        AtomicInteger number = new AtomicInteger();
        Pool<Thing> pool = Pool.builder("dropped")
                .capacity(2)
                .allocator(new Allocator<Thing>() {
                    @Override
                    public Thing create() {
                        Thing thing = new Thing(number.getAndIncrement());
                        made.add(thing);
                        return thing;
                    }

                    @Override
                    public void destroy(Thing thing) {
                        thing.ended.countDown();
                    }
                })
                .prefill(1)
                .build();
        pool.awaitReady(PoolFixture.LONG);
        return new WeakReference<>(((BoundedPool<Thing>) pool).core());
    }
}
