package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The five kinds of evidence, each with what must and what must not be reported. */
class EvidenceTest {
    private final TestRegistry test = new TestRegistry();
    private final AtomicInteger cleanups = new AtomicInteger();

    private Guard<AtomicInteger> open(LeakDetector detector) {
        return detector.site("EvidenceTest").open(cleanups, AtomicInteger::incrementAndGet);
    }

    private LeakReport onlyReport() {
        assertThat(test.reports).hasSize(1);
        return test.reports.get(0);
    }

    @Test
    void droppedGuardIsReportedWithItsLine() {
        Guard<AtomicInteger> guard = open(test.detector("thing"));

        test.collect(guard);

        LeakReport report = onlyReport();
        assertThat(report.evidence()).isEqualTo(Evidence.GC_PROVEN);
        assertThat(report.type()).isEqualTo("thing");
        assertThat(report.site()).isEqualTo("EvidenceTest");
        assertThat(report.owner()).isEqualTo(Thread.currentThread().getName());
        assertThat(report.acquiredAt().get(0).getClassName()).isEqualTo(EvidenceTest.class.getName());
        assertThat(report.acquiredAt().get(1).getMethodName()).isEqualTo("droppedGuardIsReportedWithItsLine");
        assertThat(report.message()).contains("EvidenceTest.java:").contains("GC_PROVEN");
        assertThat(cleanups).hasValue(0);
    }

    @Test
    void sizeOfALeakIsReported() {
        Guard<AtomicInteger> guard = test.detector("thing").open(4_096, cleanups, AtomicInteger::incrementAndGet);

        test.collect(guard);

        assertThat(onlyReport().bytes()).isEqualTo(4_096);
    }

    @Test
    void resourceHeldTooLongIsReportedOnceWithWhatItsOwnerDoes() {
        LeakDetector detector =
                test.builder("thing").overdueAfter(Duration.ofSeconds(5)).build();
        Guard<AtomicInteger> guard = open(detector);

        test.advance(Duration.ofSeconds(5));
        assertThat(test.reports).isEmpty();
        test.advance(Duration.ofSeconds(1));
        test.advance(Duration.ofHours(1));

        LeakReport report = onlyReport();
        assertThat(report.evidence()).isEqualTo(Evidence.OVERDUE);
        assertThat(report.age()).isEqualTo(Duration.ofSeconds(6));
        assertThat(report.ownerNow()).anyMatch(frame -> frame.getClassName().equals(EvidenceTest.class.getName()));
        assertThat(test.registry.outstanding(null).entries().get(0).overdue()).isEqualTo(1);
        guard.close();
    }

    @Test
    void lateReturnIsReportedAfterAnOverdueOne() {
        LeakDetector detector =
                test.builder("thing").overdueAfter(Duration.ofSeconds(5)).build();
        Guard<AtomicInteger> guard = open(detector);
        test.advance(Duration.ofSeconds(6));

        test.ticker.advance(Duration.ofSeconds(1));
        guard.close();
        test.registry.pump();

        assertThat(cleanups).hasValue(1);
        assertThat(test.reports).hasSize(2);
        LeakReport late = test.reports.get(1);
        assertThat(late.returnedLate()).isTrue();
        assertThat(late.age()).isEqualTo(Duration.ofSeconds(7));
        assertThat(late.message()).startsWith("late return 'thing'");
        assertThat(detector.site("EvidenceTest").stats().released()).isEqualTo(1);
    }

    @Test
    void suspendedProcessMakesNoStorm() {
        LeakRegistry registry = new LeakRegistry(test.ticker, true, 16, Throwable::new);
        registry.shutDown(); // no threads: the steps are taken here
        LeakDetector detector = new LeakDetectorBuilder("thing", registry)
                .overdueAfter(Duration.ofSeconds(5))
                .build();
        Guard<?> guard = (Guard<?>) detector.register(new Object(), () -> {});

        test.ticker.advance(Duration.ofHours(8));
        registry.step(false);
        assertThat(guard.record().wordVolatile() & LeakRecord.OVERDUE).isZero();
        for (int tenth = 0; tenth < 100; tenth++) {
            test.ticker.advance(Duration.ofMillis(100));
            registry.step(false);
        }

        assertThat(guard.record().wordVolatile() & LeakRecord.OVERDUE).isNotZero();
    }

    @Test
    void deadOwnerIsReportedOnceAndThenForgotten() throws InterruptedException {
        LeakDetector detector = test.detector("thing");
        Guard<?>[] guard = new Guard<?>[1];
        runToItsEnd("dead-one", () -> guard[0] = open(detector));

        test.advance(Duration.ofSeconds(2));
        test.advance(Duration.ofHours(1));

        LeakReport report = onlyReport();
        assertThat(report.evidence()).isEqualTo(Evidence.OWNER_DEAD);
        assertThat(report.owner()).isEqualTo("dead-one");
        assertThat(guard[0].record().ownerVolatile()).isNull();
        guard[0].close();
        assertThat(cleanups).hasValue(1);
    }

    @Test
    void handedOverResourceIsNeverHeldAgainstItsDeadOwner() throws InterruptedException {
        LeakDetector detector = test.detector("thing");
        Guard<?>[] guards = new Guard<?>[2];
        Thread tester = Thread.currentThread();
        runToItsEnd("passed-on", () -> {
            guards[0] = open(detector).handOver();
            guards[1] = open(detector).handOver(tester);
        });

        test.advance(Duration.ofSeconds(2));

        assertThat(test.reports).isEmpty();
        assertThat(guards[1].record().ownerVolatile()).isSameAs(tester);
    }

    @Test
    void newOwnerIsHeldToAccountAfterAHandOver() throws InterruptedException {
        Guard<AtomicInteger> guard = open(test.detector("thing"));
        CountDownLatch handedOver = new CountDownLatch(1);
        Thread receiver = new Thread(() -> await(handedOver), "receiver");
        receiver.start();
        guard.handOver(receiver);
        handedOver.countDown();
        receiver.join();

        test.advance(Duration.ofSeconds(2));

        assertThat(onlyReport().owner()).isEqualTo("receiver");
    }

    @Test
    void openResourceIsReportedWhenItsScopeEnds() {
        LeakDetector detector = test.detector("thing");
        Guard<AtomicInteger> before = open(detector);
        Guard<AtomicInteger> inside;
        try (LeakScope scope = test.registry.scopes.begin("request")) {
            inside = open(detector);
            open(detector).close();
            assertThat(scope.outstanding().total()).isEqualTo(1);
        }
        test.registry.pump();

        LeakReport report = onlyReport();
        assertThat(report.evidence()).isEqualTo(Evidence.SCOPE_END);
        assertThat(report.scope()).isEqualTo("request");
        assertThat(detector.site("EvidenceTest").stats().scopeEnd()).isEqualTo(1);
        assertThat(detector.isFastPath()).isTrue();
        inside.close();
        before.close();
    }

    @Test
    void resourceBelongsToTheInnermostScopeAndToWrappedTasks() throws InterruptedException {
        LeakDetector detector = test.detector("thing");
        try (LeakScope outer = test.registry.scopes.begin("outer")) {
            try (LeakScope inner = test.registry.scopes.begin("inner")) {
                open(detector).close();
                assertThat(inner.outstanding().isEmpty()).isTrue();
            }
            runToItsEnd("helper", outer.wrap(() -> open(detector)));
            runToItsEnd("stranger", () -> open(detector));
            assertThat(outer.outstanding().total()).isEqualTo(1);
        }
    }

    @Test
    void endOfAnInnerScopeIsNotHeldAgainstTheOuterOnesResources() {
        LeakScope outer = test.registry.scopes.begin("outer");
        Guard<AtomicInteger> guard = open(test.detector("thing"));

        test.registry.scopes.begin("inner").close();
        test.registry.pump();

        assertThat(test.reports).isEmpty();
        guard.close();
        outer.close();
    }

    @Test
    void scopeIsClosedByItsThreadAndInOrder() throws InterruptedException {
        LeakScope outer = test.registry.scopes.begin("outer");
        LeakScope inner = test.registry.scopes.begin("inner");

        assertThatThrownBy(outer::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'outer'");
        boolean[] refused = {false};
        runToItsEnd("other", () -> {
            try {
                inner.close();
            } catch (IllegalStateException expected) {
                refused[0] = true;
            }
        });
        inner.close();
        outer.close();

        assertThat(refused[0]).isTrue();
        assertThat(test.registry.scopes.isAnyOpen()).isFalse();
    }

    @Test
    void scopeThatWasNeverClosedEndsWithItsThread() throws InterruptedException {
        runToItsEnd("forgetful", () -> test.registry.scopes.begin("forgotten"));

        test.registry.pump();

        assertThat(test.registry.scopes.isAnyOpen()).isFalse();
    }

    @Test
    void permanentResourceIsNeverAccused() throws InterruptedException {
        LeakDetector detector =
                test.builder("thing").overdueAfter(Duration.ofSeconds(1)).build();
        runToItsEnd("starter", () -> {
            LeakScope scope = test.registry.scopes.begin("start");
            open(detector).permanent();
            scope.close();
        });

        test.advance(Duration.ofHours(1));
        detector.close();
        test.registry.pump();

        assertThat(test.reports).isEmpty();
    }

    @Test
    void resourceClosedBehindTheGuardsBackIsNoLeak() {
        AtomicBoolean stillOpen = new AtomicBoolean(true);
        LeakDetector detector = test.builder("socket")
                .isStillOpen(AtomicBoolean.class, AtomicBoolean::get)
                .overdueAfter(Duration.ofSeconds(1))
                .build();
        Guard<AtomicBoolean> dropped = detector.site("s").open(stillOpen, open -> open.set(false));
        Guard<AtomicBoolean> late = detector.site("s").open(stillOpen, open -> open.set(false));
        stillOpen.set(false);

        test.collect(dropped);
        test.advance(Duration.ofSeconds(2));

        assertThat(test.reports).isEmpty();
        assertThat(detector.site("s").stats().detached()).isEqualTo(1);
        assertThat(detector.site("s").stats().leaked()).isZero();
        late.close();
    }

    @Test
    void throwingProbeCountsAsOpen() {
        LeakDetector detector = test.builder("socket")
                .isStillOpen(AtomicInteger.class, resource -> {
                    throw new IllegalStateException("probe");
                })
                .build();

        test.collect(open(detector));

        assertThat(onlyReport().evidence()).isEqualTo(Evidence.GC_PROVEN);
        assertThat(test.registry.stats().libraryFailures()).isEqualTo(1);
    }

    @Test
    void reclaimedResourceIsReportedAndReleasedOnce() {
        LeakDetector detector =
                test.builder("thing").onLeak(ReclaimPolicy.RECLAIM).build();
        Guard<AtomicInteger> guard = open(detector);

        test.collect(guard);
        guard.close();

        assertThat(onlyReport().evidence()).isEqualTo(Evidence.GC_PROVEN);
        assertThat(cleanups).hasValue(1);
    }

    @Test
    void failingReclaimIsReportedAsCloseFailed() {
        LeakDetector detector =
                test.builder("thing").onLeak(ReclaimPolicy.RECLAIM).build();

        test.collect(detector.site("s").open(cleanups, resource -> {
            throw new IllegalStateException("cannot");
        }));

        assertThat(test.reports)
                .extracting(LeakReport::evidence)
                .containsExactly(Evidence.GC_PROVEN, Evidence.CLOSE_FAILED);
    }

    @Test
    void closedDetectorReportsWhatIsOpenAndRefusesMore() {
        LeakDetector detector = test.detector("thing");
        Guard<AtomicInteger> guard = open(detector);
        Site site = detector.site("EvidenceTest");

        detector.close();
        detector.close();
        test.registry.pump();

        assertThat(onlyReport().evidence()).isEqualTo(Evidence.SCOPE_END);
        assertThatThrownBy(() -> site.open(cleanups, AtomicInteger::incrementAndGet))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'thing' is closed");
        assertThat(cleanups).hasValue(1); // the refused resource was released
        guard.close();
        assertThat(cleanups).hasValue(2);
        assertThat(test.registry.detector("thing")).isNull();
    }

    private static void runToItsEnd(String name, Runnable body) throws InterruptedException {
        Thread thread = new Thread(body, name);
        thread.start();
        thread.join();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
