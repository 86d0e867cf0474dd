package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.guards.Evidence;
import io.watertight.guards.LeakDetector;
import io.watertight.guards.LeakListener;
import io.watertight.guards.LeakReport;
import io.watertight.guards.Lease;
import io.watertight.guards.Watertight;
import io.watertight.testing.AllowLeaks;
import io.watertight.testing.GcBarrier;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of leases, and of caches, that nobody closes. */
@Timeout(120)
class LeasedCacheLeakTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static LeasedCacheBuilder<String, Resource> cache(PlainBooks books) {
        return LeasedCache.<String, Resource>builder("leaks").maximumSize(10).books(books::opened);
    }

    private static void dropLease(LeasedCache<String, Resource> cache) throws InterruptedException {
        assertThat(Objects.requireNonNull(cache.acquire("a")).isOpen()).isTrue();
    }

    @Test
    @Tag("gc")
    @AllowLeaks(type = "sampled leases", reason = "it drops a lease, which is what it is about")
    @AllowLeaks(type = "value of a closed cache", reason = "it is left to the collector")
    void aSampledLeaseThatIsDroppedIsFoundWithItsSite() throws Exception {
        ConcurrentLinkedQueue<LeakReport> reports = new ConcurrentLinkedQueue<>();
        LeakListener listener = reports::add;
        try (Lease<LeakListener> listening = Watertight.onLeak(listener);
                LeakDetector detector = LeakDetector.of("sampled leases")) {
            PlainBooks books = new PlainBooks(detector, 0);
            Resource value = new Resource("a");
            LeasedCache<String, Resource> cache = cache(books).build();
            cache.put("a", value);
            dropLease(cache);
            GcBarrier.await();
            Watertight.pump();

            assertThat(listening.isOpen()).isTrue();
            assertThat(reports)
                    .filteredOn(report -> report.type().equals("sampled leases"))
                    .singleElement()
                    .satisfies(report -> {
                        assertThat(report.evidence()).isEqualTo(Evidence.GC_PROVEN);
                        assertThat(report.site()).contains("sampled");
                    });
            assertThat(value.isOpen()).as("somebody may still use it").isTrue();

            CacheCloseReport report = cache.close(Duration.ZERO);

            assertThat(report.leftovers()).singleElement().satisfies(left -> {
                assertThat(left.site()).contains("sampled");
                assertThat(left.leases()).isOne();
            });
            GcBarrier.await();
            assertThat(value.awaitClosed())
                    .as("its handle was abandoned, and collected")
                    .isTrue();
            assertThat(books.isClosed()).isTrue();
        }
    }

    @Test
    void aValueThatIsLeasedLongAfterTheCacheDroppedItIsReportedOnce() throws Exception {
        try (LeakDetector detector = LeakDetector.of("overdue leases")) {
            PlainBooks books = new PlainBooks(detector, Integer.MAX_VALUE);
            try (LeasedCache<String, Resource> cache =
                    cache(books).overdueAfter(MINUTE).build()) {
                cache.put("a", new Resource("a"));
                try (CacheLease<Resource> lease = cache.acquire("a")) {
                    books.pass(MINUTE);
                    books.pass(MINUTE);
                    assertThat(books.findings).as("it is in the cache").isEmpty();
                    cache.invalidate("a");
                    books.pass(MINUTE);
                    books.pass(MINUTE);
                    books.pass(MINUTE);
                    assertThat(books.findings).containsExactly("OVERDUE at sampled");
                    assertThat(lease.get().isOpen()).isTrue();
                }
            }
        }
    }

    private static Resource dropCache(PlainBooks books) throws InterruptedException {
        Resource value = new Resource("a");
        LeasedCache<String, Resource> cache = cache(books).build();
        cache.put("a", value);
        return value;
    }

    @Test
    @Tag("gc")
    @AllowLeaks(type = "cache", reason = "it drops a cache, which is what it is about")
    void aCacheThatIsDroppedIsReportedAndItsValuesAreClosed() throws Exception {
        ConcurrentLinkedQueue<LeakReport> reports = new ConcurrentLinkedQueue<>();
        LeakListener listener = reports::add;
        try (Lease<LeakListener> listening = Watertight.onLeak(listener);
                LeakDetector detector = LeakDetector.of("dropped cache's leases")) {
            PlainBooks books = new PlainBooks(detector, Integer.MAX_VALUE);
            Resource value = dropCache(books);

            GcBarrier.await();
            Watertight.pump();

            assertThat(value.awaitClosed()).isTrue();
            assertThat(listening.isOpen()).isTrue();
            assertThat(reports).anySatisfy(report -> {
                assertThat(report.type()).isEqualTo("cache");
                assertThat(report.evidence()).isEqualTo(Evidence.GC_PROVEN);
            });
        }
    }

    @Test
    void leasesAreListedAmongWhatIsOutstanding() throws Exception {
        try (LeasedCache<String, Resource> cache = LeasedCache.<String, Resource>builder("listed leases")
                .maximumSize(10)
                .build()) {
            cache.put("a", new Resource("a"));
            try (CacheLease<Resource> one = cache.acquire("a");
                    CacheLease<Resource> two = cache.acquire("a")) {
                assertThat(one.get()).isSameAs(two.get());
                assertThat(Watertight.outstanding().total("listed leases")).isEqualTo(2);
            }
            assertThat(Watertight.outstanding().total("listed leases")).isZero();
        }
    }

    @Test
    void leasesThatWereNotSampledAreListedAsWell() throws Exception {
        try (LeakDetector detector = LeakDetector.of("unsampled leases")) {
            LeasedCache<String, Resource> cache =
                    cache(new PlainBooks(detector, Integer.MAX_VALUE)).build();
            LeasedCore<String, Resource> core = ((BoundedLeasedCache<String, Resource>) cache).core();
            cache.put("a", new Resource("a")); // the first lease of the first value is sampled
            cache.put("b", new Resource("b"));
            try (CacheLease<Resource> one = cache.acquire("b");
                    CacheLease<Resource> two = cache.acquire("b")) {
                assertThat(one.get()).isSameAs(two.get());
                assertThat(core.outstanding())
                        .singleElement()
                        .satisfies(entry -> assertThat(entry.count()).isEqualTo(2));
            }
            assertThat(core.outstanding()).isEmpty();
            cache.close();
        }
    }
}
