package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One test for each row of the state machine, at every level where it differs. */
class GuardTest {
    private final TestRegistry test = new TestRegistry();
    private final LeakDetector detector = test.detector("thing");
    private final Site site = detector.site("GuardTest");
    private final AtomicInteger cleanups = new AtomicInteger();

    private Guard<AtomicInteger> open() {
        return site.open(cleanups, AtomicInteger::incrementAndGet);
    }

    private Guard<AtomicInteger> open(TrackingLevel level) {
        detector.level(level);
        return open();
    }

    @ParameterizedTest
    @EnumSource(TrackingLevel.class)
    void openGuardGivesItsResource(TrackingLevel level) {
        try (Guard<AtomicInteger> guard = open(level)) {
            assertThat(guard.get()).isSameAs(cleanups);
            assertThat(guard.isOpen()).isTrue();
            assertThat(guard.toString()).contains("open");
        }
    }

    @ParameterizedTest
    @EnumSource(TrackingLevel.class)
    void closeRunsTheCleanupOnce(TrackingLevel level) {
        Guard<AtomicInteger> guard = open(level);

        guard.close();

        assertThat(cleanups).hasValue(1);
        assertThat(guard.isOpen()).isFalse();
        assertThat(site.stats().outstanding()).isZero();
        assertThat(site.stats().released()).isEqualTo(level == TrackingLevel.OFF ? 0 : 1);
    }

    @ParameterizedTest
    @EnumSource(value = TrackingLevel.class, names = "STRICT", mode = EnumSource.Mode.EXCLUDE)
    void secondCloseHasNoEffectAndIsCounted(TrackingLevel level) {
        Guard<AtomicInteger> guard = open(level);
        guard.close();

        guard.close();
        guard.clean();

        assertThat(cleanups).hasValue(1);
        assertThat(site.stats().redundantCloses()).isEqualTo(level == TrackingLevel.OFF ? 0 : 2);
        assertThat(site.stats().released()).isEqualTo(level == TrackingLevel.OFF ? 0 : 1);
    }

    @Test
    void secondCloseThrowsInStrict() {
        Guard<AtomicInteger> guard = open(TrackingLevel.STRICT);
        guard.close();

        assertThatThrownBy(guard::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'thing'")
                .hasMessageContaining("GuardTest")
                .hasMessageContaining("closed before");

        assertThat(cleanups).hasValue(1);
        assertThat(site.stats().redundantCloses()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(TrackingLevel.class)
    void useAfterCloseThrows(TrackingLevel level) {
        Guard<AtomicInteger> guard = open(level);
        guard.close();

        assertThatThrownBy(guard::get).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
        assertThatThrownBy(guard::check).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(guard::detach).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(guard::handOver).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @EnumSource(TrackingLevel.class)
    void detachGivesTheResourceAwayUnreleased(TrackingLevel level) {
        Guard<AtomicInteger> guard = open(level);

        AtomicInteger kept = guard.detach();

        assertThat(kept).isSameAs(cleanups).hasValue(0);
        assertThat(site.stats().outstanding()).isZero();
        assertThat(site.stats().detached()).isEqualTo(level == TrackingLevel.OFF ? 0 : 1);
        assertThat(site.stats().released()).isZero();
        assertThatThrownBy(guard::detach).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @EnumSource(TrackingLevel.class)
    void throwingCleanupIsReportedAndPassedOn(TrackingLevel level) {
        detector.level(level);
        IllegalStateException broken = new IllegalStateException("broken pipe");
        Guard<AtomicInteger> guard = site.open(cleanups, resource -> {
            throw broken;
        });

        assertThatThrownBy(guard::close).isSameAs(broken);
        test.registry.pump();

        assertThat(site.stats().outstanding()).isZero();
        if (level != TrackingLevel.OFF) {
            assertThat(site.stats().closeFailed()).isEqualTo(1);
            assertThat(site.stats().released()).isEqualTo(1);
            assertThat(test.reports).singleElement().satisfies(report -> {
                assertThat(report.evidence()).isEqualTo(Evidence.CLOSE_FAILED);
                assertThat(report.cause()).isSameAs(broken);
                assertThat(report.message()).contains("broken pipe").contains("'thing'");
            });
        }
    }

    @Test
    void checkedExceptionOfACleanupIsWrapped() {
        IOException disk = new IOException("disk full");
        Guard<AtomicInteger> guard = site.open(cleanups, resource -> {
            throw disk;
        });

        assertThatThrownBy(guard::close)
                .isInstanceOf(CloseFailedException.class)
                .hasCause(disk)
                .hasMessageContaining("disk full");
    }

    @Test
    void interruptedCleanupKeepsTheInterrupt() {
        Guard<AtomicInteger> guard = site.open(cleanups, resource -> {
            throw new InterruptedException();
        });

        assertThatThrownBy(guard::close).isInstanceOf(CloseFailedException.class);

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void errorOfACleanupPassesAndLosesNothing() {
        Guard<AtomicInteger> failing = site.open(cleanups, resource -> {
            throw new StackOverflowError();
        });
        Guard<AtomicInteger> other = open();

        assertThatThrownBy(failing::close).isInstanceOf(StackOverflowError.class);
        other.close();

        assertThat(cleanups).hasValue(1);
        assertThat(site.stats().released()).isEqualTo(2);
    }

    @Test
    void closeAfterALeakWasReportedRunsTheCleanupOnce() {
        Guard<AtomicInteger> guard = open();
        test.collect(guard);

        guard.close();
        guard.close();

        assertThat(cleanups).hasValue(1);
        assertThat(site.stats().leaked()).isEqualTo(1);
        assertThat(site.stats().released()).isZero();
        assertThat(site.stats().redundantCloses()).isEqualTo(1);
    }

    @Test
    void failingCloseAfterALeakIsReportedToo() {
        Guard<AtomicInteger> guard = site.open(cleanups, resource -> {
            throw new IllegalStateException("late");
        });
        test.collect(guard);

        assertThatThrownBy(guard::close).hasMessage("late");

        assertThat(site.stats().closeFailed()).isEqualTo(1);
    }

    @Test
    void collectedRecordOfAClosedGuardIsNoLeak() {
        Guard<AtomicInteger> guard = open();
        guard.close();

        test.collect(guard);

        assertThat(test.reports).isEmpty();
        assertThat(site.stats().leaked()).isZero();
    }

    @Test
    void closeThatDiedInsideTheLibraryHealsByCollection() {
        Guard<AtomicInteger> guard = open();
        guard.record().transition(LeakRecord.OPEN, LeakRecord.CLOSING); // and then, say, the stack overflowed

        test.collect(guard);

        assertThat(site.stats().outstanding()).isZero();
        assertThat(test.reports).isEmpty();
    }

    @Test
    void closeInProgressIsNotHealedWhenItsForeignReferentIsCollected() {
        Guard<AtomicInteger> guard = detector.guard(new Object(), cleanups, resource -> {
            resource.incrementAndGet();
        });
        guard.record().transition(LeakRecord.OPEN, LeakRecord.CLOSING);

        test.collect(guard);

        assertThat(detector.outstanding()).isEqualTo(1);
    }

    @Test
    void confinedGuardRefusesAnotherThreadInStrict() throws InterruptedException {
        Guard<AtomicInteger> guard = open(TrackingLevel.STRICT).confined();
        assertThat(guard.get()).isSameAs(cleanups);

        assertThat(thrownInAnotherThread(guard::get))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("confined");
        assertThat(thrownInAnotherThread(guard::close)).isInstanceOf(IllegalStateException.class);
        assertThat(cleanups).hasValue(0);
        guard.close();

        assertThat(cleanups).hasValue(1);
    }

    @Test
    void confinedGuardBelongsToTheThreadItWasHandedTo() throws InterruptedException {
        Guard<AtomicInteger> guard = open(TrackingLevel.STRICT).confined();

        guard.handOver();

        assertThat(thrownInAnotherThread(guard::get)).isNull();
        assertThatThrownBy(guard::get).hasMessageContaining("confined");
    }

    @Test
    void confinementHasNoEffectBelowStrict() throws InterruptedException {
        Guard<AtomicInteger> guard = open(TrackingLevel.FULL).confined();

        assertThat(thrownInAnotherThread(guard::close)).isNull();
        assertThat(cleanups).hasValue(1);
    }

    @Test
    void registeredActionRunsOnceAfterACollection() {
        Object referent = new Object();
        Guard<?> cleanable = (Guard<?>) detector.register(referent, cleanups::incrementAndGet);

        test.collect(cleanable);
        cleanable.clean();

        assertThat(cleanups).hasValue(1);
        assertThat(test.reports).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(TrackingLevel.class)
    void registeredActionRunsAtEveryLevel(TrackingLevel level) {
        detector.level(level);
        Object referent = new Object();

        test.collect((Guard<?>) detector.register(referent, cleanups::incrementAndGet));

        assertThat(cleanups).hasValue(1);
        assertThat(test.reports).hasSize(level == TrackingLevel.OFF ? 0 : 1);
    }

    @Test
    void cleanedCleanableRunsItsActionAndIsNoLeak() {
        Object referent = new Object();
        Cleaner.Cleanable cleanable = detector.register(referent, cleanups::incrementAndGet);

        cleanable.clean();
        test.collect((Guard<?>) cleanable);

        assertThat(cleanups).hasValue(1);
        assertThat(test.reports).isEmpty();
    }

    @Test
    void separateReferentIsWhatIsWatched() {
        Object referent = new Object();

        Guard<AtomicInteger> guard = detector.guard(referent, cleanups, AtomicInteger::incrementAndGet);

        assertThat(guard.record().refersTo(referent)).isTrue();
        guard.close();
        assertThat(cleanups).hasValue(1);
    }

    @Test
    void handOverToNullIsRefused() {
        Guard<AtomicInteger> guard = open();

        assertThatThrownBy(() -> guard.handOver(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("newOwner");
        assertThatCode(guard::close).doesNotThrowAnyException();
    }

    private static Throwable thrownInAnotherThread(Runnable body) throws InterruptedException {
        Throwable[] thrown = new Throwable[1];
        Thread thread = new Thread(body);
        thread.setUncaughtExceptionHandler((dying, failure) -> thrown[0] = failure);
        thread.start();
        thread.join();
        return thrown[0];
    }
}
