package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.guards.LeakDetector;
import io.watertight.testing.AllocationCount;
import io.watertight.testing.AllocationMode;
import io.watertight.testing.AllocationScenario;
import io.watertight.testing.Allocations;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What each way to use a value allocates, to the byte, on a cache that is full. On books of its own. */
class LeasedAllocationTest {
    private static final int KEYS = 64;
    private static final int LEASE_BYTES = 16;
    private static final int JVMS = 6;
    private static final int NEVER = Integer.MAX_VALUE;
    private static final CacheFunction<Resource, Integer, RuntimeException> USE = value -> null;

    /** Escapes, so that no compiler removes the lease. */
    static volatile Object sink;

    private static LeasedCache<Integer, Resource> full(PlainBooks books) throws InterruptedException {
        LeasedCache<Integer, Resource> cache = LeasedCache.<Integer, Resource>builder("allocations")
                .maximumSize(KEYS)
                .books(books::opened)
                .loader((key, load) -> new Resource("value " + key))
                .build();
        for (int key = 0; key < KEYS; key++) {
            Objects.requireNonNull(cache.acquire(key)).close();
        }
        return cache;
    }

    @Test
    void aCallAllocatesNothing() throws Exception {
        try (LeakDetector detector = LeakDetector.of("no pause");
                LeasedCache<Integer, Resource> cache = full(new PlainBooks(detector, NEVER))) {
            Allocations.assertAllocatesAtMost(0, AllocationMode.STEADY, () -> cache.with(7, USE));
        }
    }

    /** Runs in a JVM of its own: the compiler removes no lease that may also be null, as it is after an absent value. */
    static final class LeaseThatStays implements AllocationScenario {
        private final LeasedCache<Integer, Resource> cache;

        LeaseThatStays() throws InterruptedException {
            cache = full(new PlainBooks(LeakDetector.of("no pause"), NEVER));
        }

        @Override
        public void run() throws Exception {
            try (CacheLease<Resource> lease = cache.acquire(7)) {
                if (!Objects.requireNonNull(lease).get().isOpen()) {
                    throw new IllegalStateException();
                }
            }
        }
    }

    /** Whether the compiler sees through everything depends on what it has compiled first, which differs from JVM to JVM. */
    @Test
    void aLeaseThatStaysInItsMethodAllocatesNothing() {
        AllocationCount count = Allocations.count(LeaseThatStays.class);
        for (int jvm = 1; jvm < JVMS && count.allocationsPerOperation() > 0; jvm++) {
            assertThat(count.bytesPerOperation()).as(count.toString()).isLessThanOrEqualTo(LEASE_BYTES);
            count = Allocations.count(LeaseThatStays.class);
        }

        assertThat(count.allocationsPerOperation()).as(count.toString()).isZero();
    }

    @Test
    void aLeaseOfAValueThatMayNotBeThereIsSixteenBytes() throws Exception {
        try (LeakDetector detector = LeakDetector.of("no pause");
                LeasedCache<Integer, Resource> cache = full(new PlainBooks(detector, NEVER))) {
            Allocations.assertAllocatesAtMost(LEASE_BYTES, AllocationMode.STEADY, () -> {
                try (CacheLease<Resource> lease = cache.acquireIfPresent(7)) {
                    if (!Objects.requireNonNull(lease).get().isOpen()) {
                        throw new IllegalStateException();
                    }
                }
            });
        }
    }

    @Test
    void aLeaseThatEscapesIsSixteenBytes() throws Exception {
        try (LeakDetector detector = LeakDetector.of("no pause");
                LeasedCache<Integer, Resource> cache = full(new PlainBooks(detector, NEVER))) {
            Allocations.assertAllocatesAtMost(LEASE_BYTES, AllocationMode.STEADY, () -> {
                CacheLease<Resource> lease = cache.acquire(7);
                sink = lease;
                Objects.requireNonNull(lease).close();
            });
        }
    }

    @Test
    void askingForAKeyThatIsNotThereAllocatesNothing() throws Exception {
        try (LeakDetector detector = LeakDetector.of("no pause");
                LeasedCache<Integer, Resource> cache = full(new PlainBooks(detector, NEVER))) {
            Allocations.assertAllocatesAtMost(0, AllocationMode.STEADY, () -> {
                if (cache.acquireIfPresent(-1) != null) {
                    throw new IllegalStateException();
                }
            });
            assertThat(cache.stats().leases()).isZero();
        }
    }

    @Test
    void sampledLeasesHaveARecordOnceInAPause() throws Exception {
        try (LeakDetector detector = LeakDetector.of("with pause");
                LeasedCache<Integer, Resource> cache = full(new PlainBooks(detector, 127))) {
            // One in 128 has a guard, its record, and what holds both; under the scope of this test a stack as well.
            Allocations.assertAllocatesAtMost(LEASE_BYTES + 32, AllocationMode.STEADY, () -> {
                CacheLease<Resource> lease = cache.acquire(7);
                sink = lease;
                Objects.requireNonNull(lease).close();
            });
        }
    }
}
