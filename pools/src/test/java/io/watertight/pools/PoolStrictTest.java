package io.watertight.pools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.watertight.guards.Evidence;
import io.watertight.guards.LeakReport;
import io.watertight.guards.LeakScope;
import io.watertight.guards.ScopeReach;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.Watertight;
import io.watertight.testing.AllowLeaks;
import io.watertight.testing.GcBarrier;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is added in a scope and at STRICT, which is how tests run. */
class PoolStrictTest {
    private static final Duration LONG = PoolFixture.LONG;

    /** What the objects are used through. */
    interface Line {
        String read() throws IOException;
    }

    private static Pool<Line> lines() {
        return Pool.builder("lines")
                .capacity(1)
                .allocator(() -> (Line) () -> {
                    throw new IOException("read");
                })
                .revocable(Line.class)
                .build();
    }

    @Test
    void objectThatWasKeptIsRefusedAfterItsReturn() throws Exception {
        try (Pool<Line> pool = lines()) {
            Line kept;
            try (PoolLease<Line> lease = pool.acquire(LONG)) {
                kept = lease.get();
                assertThatThrownBy(kept::read).isInstanceOf(IOException.class).hasMessage("read");
                assertThat(List.of(kept).contains(kept)).isTrue();
                assertThat(kept.toString()).contains("lease of pool 'lines'");
            }

            assertThatIllegalStateException()
                    .isThrownBy(kept::read)
                    .withMessage(
                            "an object of pool 'lines' was used (read) after its lease was closed: somebody else may"
                                    + " have it now");
            Line[] escaped = new Line[1];
            pool.with(LONG, line -> escaped[0] = line);
            assertThatIllegalStateException().isThrownBy(escaped[0]::read);
            long ticket = pool.acquireTicket(LONG);
            Line ticketed = pool.get(ticket);
            pool.release(ticket);
            assertThatIllegalStateException().isThrownBy(ticketed::read);
        }
    }

    @Test
    void secondCloseThrows() throws InterruptedException {
        try (Pool<Object> pool =
                Pool.builder("strict").capacity(1).allocator(Object::new).build()) {
            PoolLease<Object> lease = pool.acquire(LONG);
            lease.close();

            assertThatIllegalStateException()
                    .isThrownBy(lease::close)
                    .withMessage(
                            "PoolLease[strict #0, closed] was closed before; STRICT allows one close: find the second"
                                    + " owner");
        }
    }

    @Test
    void closeAfterInvalidateOrDetachIsExpectedOnce() throws InterruptedException {
        try (Pool<Object> pool =
                Pool.builder("strict").capacity(1).allocator(Object::new).build()) {
            PoolLease<Object> broken = pool.acquire(LONG);
            broken.invalidate(new IOException());
            broken.close();
            assertThatIllegalStateException().isThrownBy(broken::close);
            PoolLease<Object> given = pool.acquire(LONG);
            given.detach();
            given.close();
            assertThatIllegalStateException().isThrownBy(given::close);
        }
    }

    @Test
    void scopeKnowsTheLeasesThatAreLeft() throws InterruptedException {
        try (Pool<Object> pool =
                Pool.builder("scoped").capacity(2).allocator(Object::new).build()) {
            LeakScope scope = Watertight.scope("inner", ScopeReach.THREAD, TrackingLevel.STRICT);
            PoolLease<Object> left = pool.acquire(LONG);
            long ticket = pool.acquireTicket(LONG);
            scope.end();

            List<LeakReport> open = scope.stillOpen();
            assertThat(open).hasSize(2).allSatisfy(report -> {
                assertThat(report.type()).isEqualTo("scoped");
                assertThat(report.site())
                        .startsWith(PoolStrictTest.class.getName() + ".scopeKnowsTheLeasesThatAreLeft(");
            });
            left.close();
            pool.release(ticket);
            assertThat(scope.stillOpen()).isEmpty();
        }
    }

    @Test
    @Tag("gc")
    @AllowLeaks(type = "healing", reason = "drops a lease on purpose")
    void droppedLeaseIsReportedOnceWithItsStackAndThePoolHeals() throws InterruptedException {
        try (Pool<Object> pool =
                Pool.builder("healing").capacity(1).allocator(Object::new).build()) {
            LeakScope scope = Watertight.scope("inner", ScopeReach.THREAD, TrackingLevel.STRICT);
            drop(pool);
            scope.end();
            for (int i = 0; i < 10 && scope.findings().isEmpty(); i++) {
                GcBarrier.await();
                Watertight.pump();
            }

            assertThat(scope.findings()).singleElement().satisfies(report -> {
                assertThat(report.evidence()).isEqualTo(Evidence.GC_PROVEN);
                assertThat(report.acquiredAt().get(0).getMethodName()).isEqualTo("drop");
            });
            assertThat(pool.stats().leaked()).isEqualTo(1);
            pool.acquire(LONG).close();
        }
    }

    private static void drop(Pool<Object> pool) throws InterruptedException {
        assertThat(pool.acquire(LONG).isOpen()).isTrue();
    }

    @Test
    void poolThatIsOffTracksNothingAndRefusesStaleHandlesAllTheSame() throws InterruptedException {
        System.setProperty("watertight.level.off", "OFF");
        try (Pool<Object> pool =
                Pool.builder("off").capacity(1).allocator(Object::new).build()) {
            PoolLease<Object> lease = pool.acquire(LONG);
            assertThat(lease.get()).isNotNull();
            lease.close();
            lease.close();

            assertThatIllegalStateException().isThrownBy(lease::get);
            assertThat(pool.stats().leases()).isEqualTo(1);
        } finally {
            System.clearProperty("watertight.level.off");
        }
    }

    @Test
    void snapshotOfEverythingListsLeases() throws InterruptedException {
        try (Pool<Object> pool = Pool.builder("listed")
                        .capacity(1)
                        .allocator(Object::new)
                        .build();
                PoolLease<Object> lease = pool.acquire(LONG)) {
            assertThat(lease.isOpen()).isTrue();
            assertThat(Watertight.outstanding().total("listed")).isEqualTo(1);
        }
        assertThat(Watertight.outstanding().total("listed")).isZero();
    }
}
