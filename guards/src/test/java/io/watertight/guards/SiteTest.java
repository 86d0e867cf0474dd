package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Sites, their bound, their counters, and what acquisitions without a site are attributed to. */
class SiteTest {
    private final TestRegistry test = new TestRegistry();
    private final LeakDetector detector = test.detector("thing");
    private final AtomicInteger cleanups = new AtomicInteger();

    private Guard<AtomicInteger> openWithoutSite() {
        return detector.open(cleanups, AtomicInteger::incrementAndGet);
    }

    @Test
    void oneTokenIsOneSite() {
        assertThat(detector.site("a")).isSameAs(detector.site("a")).isNotSameAs(detector.site("b"));
        assertThat(test.detector("other").site("a")).isNotSameAs(detector.site("a"));
        assertThat(detector.sites()).extracting(Site::label).containsExactly(LeakDetector.COMMON_LABEL, "a", "b");
    }

    @Test
    void acquisitionWithoutASiteIsAttributedToItsLine() {
        Guard<AtomicInteger> first = openWithoutSite();
        Guard<AtomicInteger> same = openWithoutSite();
        Guard<AtomicInteger> other = detector.open(cleanups, AtomicInteger::incrementAndGet);

        assertThat(first.site()).isNotSameAs(other.site());
        assertThat(first.site().label()).contains("SiteTest.openWithoutSite(SiteTest.java:");
        assertThat(other.site().label()).contains("acquisitionWithoutASiteIsAttributedToItsLine");
        // The key is three frames deep, so two lines that call the same method are two sites.
        assertThat(first.site()).isNotSameAs(same.site());
        List.of(first, same, other).forEach(Guard::close);
    }

    @Test
    void exampleOfASampledSiteBeginsAtItsLine() {
        Guard<AtomicInteger> guard = openWithoutSite();

        Site site = guard.site();

        assertThat(StackCapture.label(site.exemplar())).isEqualTo(site.label());
        guard.close();
    }

    @Test
    void fullTableCountsAtTheCommonSite() {
        TestRegistry small = new TestRegistry(1, Throwable::new);
        LeakDetector bounded = small.detector("thing");
        Site first = bounded.site("first");

        Site second = bounded.site("second");

        assertThat(second.label()).isEqualTo(LeakDetector.COMMON_LABEL);
        assertThat(bounded.site("first")).isSameAs(first);
        assertThat(small.registry.stats().siteOverflows()).isEqualTo(1);
        assertThat(small.registry.stats().sites()).isEqualTo(1);
        Guard<AtomicInteger> guard = second.open(cleanups, AtomicInteger::incrementAndGet);
        assertThat(second.stats().outstanding()).isEqualTo(1);
        guard.close();
    }

    @Test
    void closedDetectorMakesRoomInTheTable() {
        TestRegistry small = new TestRegistry(1, Throwable::new);
        LeakDetector gone = small.detector("gone");
        assertThat(gone.site("first").label()).isEqualTo("first");

        gone.close();

        assertThat(small.detector("next").site("second").label()).isEqualTo("second");
    }

    @Test
    void childIsAttributedAsItsParentWas() {
        LeakDetector children = test.detector("child");
        Guard<AtomicInteger> parent = detector.site("Parent.open").open(cleanups, AtomicInteger::incrementAndGet);

        assertThat(children.under(parent).label()).isEqualTo("Parent.open");
        assertThat(children.under(parent).detector()).isSameAs(children);
        parent.close();
    }

    @Test
    void childOfAnUnsampledParentIsNotSampled() {
        TestRegistry full = new TestRegistry(1, Throwable::new);
        LeakDetector parents = full.detector("parent");
        Site taken = parents.site("only room");
        Guard<AtomicInteger> parent = parents.site("no room").open(cleanups, AtomicInteger::incrementAndGet);

        Site child = full.detector("child").under(parent);

        assertThat(child.label()).isEqualTo(LeakDetector.COMMON_LABEL);
        assertThat(taken.isAttributed()).isTrue();
        parent.close();
    }

    @Test
    void countersAddUpThroughEveryWayOut() {
        Site site = detector.site("ways out");
        site.open(cleanups, AtomicInteger::incrementAndGet).close();
        site.open(cleanups, AtomicInteger::incrementAndGet).detach();
        test.collect(site.open(cleanups, AtomicInteger::incrementAndGet));
        Guard<AtomicInteger> open = site.open(100, cleanups, AtomicInteger::incrementAndGet);

        SiteStats stats = site.stats();

        assertThat(stats.acquired()).isEqualTo(4);
        assertThat(stats.released()).isEqualTo(1);
        assertThat(stats.detached()).isEqualTo(1);
        assertThat(stats.leaked()).isEqualTo(1);
        assertThat(stats.outstanding()).isEqualTo(1);
        assertThat(stats.outstandingBytes()).isEqualTo(100);
        open.close();
        assertThat(site.stats().outstandingBytes()).isZero();
    }

    @Test
    void tableGrowsWithWhatIsOpenAndShrinksAgain() {
        Site site = detector.site("many");
        List<Guard<AtomicInteger>> open = new ArrayList<>();
        Random random = new Random(42);
        int opened = 0;
        for (int round = 0; round < 200_000; round++) {
            if (open.isEmpty() || (open.size() < 20_000 && random.nextInt(3) != 0)) {
                open.add(site.open(cleanups, AtomicInteger::incrementAndGet));
                opened++;
            } else {
                int victim = random.nextInt(open.size());
                Guard<AtomicInteger> last = open.remove(open.size() - 1);
                (victim == open.size() ? last : open.set(victim, last)).close();
            }
        }

        assertThat(site.stats().outstanding()).isEqualTo(open.size());
        assertThat(site.stats().acquired()).isEqualTo(opened);
        assertThat(site.table().slots()).isLessThan(4 * 20_000);
        open.forEach(Guard::close);
        test.registry.pump();

        assertThat(site.stats().acquired()).isEqualTo(opened);
        assertThat(site.stats().released()).isEqualTo(opened);
        // One stripe was used: its first segment stays, and the one that is current.
        assertThat(site.table().slots()).isLessThanOrEqualTo(RecordTable.FIRST_SLOTS + 4_096);
    }

    @Test
    void blankNamesAreRefused() {
        assertThatThrownBy(() -> detector.site(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> detector.site((String) null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("token");
        assertThatThrownBy(() -> test.builder("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> test.builder("thing").build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'thing' has a detector already");
        assertThatThrownBy(() -> test.builder("x").overdueAfter(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0S");
        assertThatThrownBy(() -> detector.level(null)).isInstanceOf(NullPointerException.class);
    }
}
