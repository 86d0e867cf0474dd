package io.watertight.pools;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.watertight.pools.PoolFixture.Thing;
import io.watertight.testing.AllocatingOperation;
import io.watertight.testing.AllocationMode;
import io.watertight.testing.Allocations;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What each form of a lease allocates, to the byte. On books of its own, which no scope of the leak check makes slower. */
class PoolAllocationTest {
    private static final int LEASE_BYTES = 24;
    private static final PoolFunction<Thing, Integer, RuntimeException> USE = thing -> null;

    /** Escapes, so that no compiler removes the handle. */
    static volatile Object sink;

    /** In the steady state: before that the JVM itself allocates now and then, to link what is called. */
    private static void assertAllocatesNothing(AllocatingOperation operation) {
        Allocations.assertAllocatesAtMost(0, AllocationMode.STEADY, operation);
    }

    @Test
    void callsAndTicketsAllocateNothing() throws Exception {
        try (PoolFixture fixture = new PoolFixture(16, builder -> builder.prefill(16))) {
            fixture.pool.awaitReady(PoolFixture.LONG);

            assertAllocatesNothing(() -> fixture.pool.with(PoolFixture.LONG, USE));
            assertAllocatesNothing(() -> fixture.pool.release(fixture.pool.acquireTicket(PoolFixture.LONG)));
        }
    }

    @Test
    void leaseAllocatesItsHandleOnly() throws Exception {
        try (PoolFixture fixture = new PoolFixture(16, builder -> builder.prefill(16))) {
            fixture.pool.awaitReady(PoolFixture.LONG);

            Allocations.assertAllocatesAtMost(LEASE_BYTES, AllocationMode.STEADY, () -> {
                PoolLease<Thing> lease = fixture.pool.acquire(PoolFixture.LONG);
                sink = lease;
                lease.close();
            });
        }
    }

    @Test
    void leaseOfAPoolThatIsOffAllocatesItsHandleOnly() throws Exception {
        try (PoolFixture fixture = new PoolFixture(16, builder -> builder.prefill(16))) {
            fixture.pool.awaitReady(PoolFixture.LONG);
            fixture.books.off(true);

            Allocations.assertAllocatesAtMost(LEASE_BYTES, AllocationMode.STEADY, () -> {
                PoolLease<Thing> lease = fixture.pool.acquire(PoolFixture.LONG);
                sink = lease;
                lease.close();
            });
        }
    }

    @Test
    void othersAtTheSameTimeMakeNoDifference() throws Exception {
        for (int others : new int[] {1, 7}) {
            try (PoolFixture fixture = new PoolFixture(16, builder -> builder.prefill(16))) {
                fixture.pool.awaitReady(PoolFixture.LONG);
                CountDownLatch measured = new CountDownLatch(1);
                Thread[] busy = new Thread[others];
                for (int i = 0; i < others; i++) {
                    busy[i] = new Thread(() -> cycleUntil(fixture, measured));
                    busy[i].start();
                }
                try {
                    assertAllocatesNothing(() -> fixture.pool.with(PoolFixture.LONG, USE));
                    assertAllocatesNothing(() -> fixture.pool.release(fixture.pool.acquireTicket(PoolFixture.LONG)));
                    Allocations.assertAllocatesAtMost(LEASE_BYTES, AllocationMode.STEADY, () -> {
                        PoolLease<Thing> lease = fixture.pool.acquire(PoolFixture.LONG);
                        sink = lease;
                        lease.close();
                    });
                } finally {
                    measured.countDown();
                    for (Thread thread : busy) {
                        thread.join();
                    }
                }
            }
        }
    }

    private static void cycleUntil(PoolFixture fixture, CountDownLatch measured) {
        try {
            while (measured.getCount() > 0) {
                fixture.pool.with(PoolFixture.LONG, USE);
                fixture.acquire().close();
            }
        } catch (InterruptedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void statisticsCostTheHotPathNothing() throws Exception {
        try (PoolFixture fixture = new PoolFixture(16, builder -> builder.prefill(16))) {
            fixture.pool.awaitReady(PoolFixture.LONG);
            CountDownLatch measured = new CountDownLatch(1);
            Thread reader = new Thread(() -> {
                while (measured.getCount() > 0) {
                    assertThat(fixture.pool.stats().capacity()).isEqualTo(16);
                    assertThat(fixture.pool.holders()).hasSizeLessThan(2);
                }
            });
            reader.start();
            try {
                assertAllocatesNothing(() -> fixture.pool.with(PoolFixture.LONG, USE));
            } finally {
                measured.countDown();
                reader.join();
            }
        }
    }

    /** So a million virtual threads that use a pool once cost what they use, and nothing per thread. */
    @Test
    void threadThatIsNewToAPoolAllocatesNothingForIt() throws Exception {
        try (PoolFixture fixture = new PoolFixture(16, builder -> builder.prefill(16))) {
            fixture.pool.awaitReady(PoolFixture.LONG);
            List<Long> allocated = new ArrayList<>();

            for (int i = 0; i < 200; i++) { // the first link code
                Thread fresh = new Thread(() -> allocated.add(bytesOfOneCall(fixture)));
                fresh.start();
                fresh.join();
            }

            assertThat(Collections.min(allocated))
                    .as("bytes by thread: %s", allocated)
                    .isZero();
        }
    }

    private static long bytesOfOneCall(PoolFixture fixture) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long idle = -threads.getCurrentThreadAllocatedBytes() + threads.getCurrentThreadAllocatedBytes();
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            fixture.pool.with(PoolFixture.LONG, USE);
        } catch (InterruptedException impossible) {
            throw new AssertionError(impossible);
        }
        return threads.getCurrentThreadAllocatedBytes() - before - idle;
    }
}
