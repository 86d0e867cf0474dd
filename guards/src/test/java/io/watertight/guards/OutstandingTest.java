package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OutstandingTest {
    private final TestRegistry test = new TestRegistry();
    private final AtomicInteger cleanups = new AtomicInteger();

    @Test
    void snapshotListsTypesAndSitesLargestFirst() {
        LeakDetector files = test.detector("file");
        LeakDetector sockets = test.detector("socket");
        Guard<?> file = files.site("read").open(10, cleanups, AtomicInteger::incrementAndGet);
        test.advance(Duration.ofSeconds(3));
        Guard<?> one = sockets.site("connect").open(cleanups, AtomicInteger::incrementAndGet);
        Guard<?> two = sockets.site("connect").open(cleanups, AtomicInteger::incrementAndGet);

        Outstanding now = test.registry.outstanding(null);

        assertThat(now.entries())
                .containsExactly(
                        new Outstanding.Entry("socket", "connect", 2, 0, Duration.ZERO, 0),
                        new Outstanding.Entry("file", "read", 1, 10, Duration.ofSeconds(3), 0));
        assertThat(now.total()).isEqualTo(3);
        assertThat(now.total("socket")).isEqualTo(2);
        assertThat(now.toString()).contains("'file' acquired at read").contains("outstanding: 3");
        assertThat(sockets.outstanding()).isEqualTo(2);
        List.of(file, one, two).forEach(Guard::close);
        assertThat(test.registry.outstanding(null).isEmpty()).isTrue();
    }

    @Test
    void resourceWhoseCleanupHangsIsStillOutstanding() {
        LeakDetector files = test.detector("file");
        Outstanding[] during = new Outstanding[1];
        Guard<?> guard = files.site("read").open(cleanups, resource -> during[0] = test.registry.outstanding(null));

        guard.close();

        assertThat(during[0].total()).isEqualTo(1);
        assertThat(test.registry.outstanding(null).isEmpty()).isTrue();
    }

    @Test
    void countedResourcesAreListedToo() {
        LeakDetector files = test.builder("file").level(TrackingLevel.COUNT).build();
        Guard<?> guard = files.site("read").open(cleanups, AtomicInteger::incrementAndGet);

        assertThat(test.registry.outstanding(null).total("file")).isEqualTo(1);
        guard.close();
        assertThat(test.registry.outstanding(null).isEmpty()).isTrue();
    }

    @Test
    void componentsListTheirOwnBooksUntilTheyAreRemoved() {
        OutstandingSource pool =
                () -> List.of(new Outstanding.Entry("connection", "Orders.load", 7, 0, Duration.ZERO, 0));
        test.registry.addSource(pool);

        assertThat(test.registry.outstanding(null).total("connection")).isEqualTo(7);
        test.registry.removeSource(pool);

        assertThat(test.registry.outstanding(null).isEmpty()).isTrue();
    }
}
