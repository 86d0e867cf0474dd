package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.watertight.guards.Evidence;
import io.watertight.guards.LeakListener;
import io.watertight.guards.LeakReport;
import io.watertight.guards.Lease;
import io.watertight.guards.Watertight;
import io.watertight.testing.AllowLeaks;
import io.watertight.testing.GcBarrier;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Timers with their threads. */
class TimersTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration HOUR = Duration.ofHours(1);

    private static TimersBuilder builder() {
        return Timers.builder("test").maxPending(1000);
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void timerFiresOnAnOwnThreadThatInheritsNothing() throws Exception {
        InheritableThreadLocal<String> inherited = new InheritableThreadLocal<>();
        inherited.set("of the caller");
        CompletableFuture<List<Object>> seen = new CompletableFuture<>();
        try (Timers timers = builder().build()) {
            TimerHandle timer = timers.schedule(SHORT, () -> {
                List<Object> found = new ArrayList<>();
                found.add(inherited.get());
                found.add(Thread.currentThread().getContextClassLoader());
                found.add(Thread.currentThread().isDaemon());
                seen.complete(found);
            });

            assertThat(seen.get(30, TimeUnit.SECONDS)).containsExactly(null, null, true);
            assertThat(timer.isPending()).isFalse();
            assertThat(timers.stats().pending()).isZero();
        } finally {
            inherited.remove();
        }
    }

    @Test
    void actionsRunOnTheExecutorThatWasGiven() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        List<Runnable> given = new ArrayList<>();
        try (Timers timers = builder()
                .executor(action -> {
                    given.add(action);
                    action.run();
                })
                .build()) {
            timers.schedule(Deadline.after(SHORT), ran::countDown);
            await(ran);
        }

        assertThat(given).hasSize(1);
    }

    @Test
    void refusedActionIsCountedAndItsPlaceFree() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(2);
        AtomicInteger refusals = new AtomicInteger();
        CountDownLatch ran = new CountDownLatch(1);
        try (Timers timers = builder()
                .executor(action -> {
                    asked.countDown();
                    if (refusals.getAndIncrement() == 0) {
                        throw new RejectedExecutionException("full");
                    }
                    action.run();
                })
                .build()) {
            TimerHandle refused = timers.schedule(Duration.ZERO, () -> {});
            timers.schedule(SHORT, ran::countDown);
            await(asked);
            await(ran);

            assertThat(refused.isPending()).isFalse();
            assertThat(timers.stats().refused()).isEqualTo(1);
            assertThat(timers.stats().pending()).isZero();
        }
    }

    @Test
    void failureIsCountedAndTheThreadGoesOn() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        try (Timers timers = builder().workers(1).build()) {
            timers.schedule(Duration.ZERO, () -> {
                Thread.currentThread().interrupt();
                throw new AssertionError("action");
            });
            timers.schedule(SHORT, ran::countDown);
            await(ran);

            assertThat(timers.stats().failures()).isEqualTo(1);
        }
    }

    @Test
    void stuckActionStopsNeitherTheClockNorOtherThreads() throws InterruptedException {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch others = new CountDownLatch(5);
        try (Timers timers = builder().workers(2).build()) {
            timers.schedule(Duration.ZERO, () -> awaitUninterruptibly(stuck));
            for (int i = 0; i < 5; i++) {
                timers.schedule(SHORT, others::countDown);
            }
            await(others);
            stuck.countDown();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void periodicTimerFiresUntilItIsCancelled() throws InterruptedException {
        CountDownLatch thrice = new CountDownLatch(3);
        Object owner = new Object();
        AtomicReference<Object> seen = new AtomicReference<>();
        try (Timers timers = builder().build()) {
            TimerHandle timer = timers.every(owner, Duration.ofMillis(1), alive -> {
                seen.set(alive);
                thrice.countDown();
            });
            await(thrice);

            assertThat(seen).hasValue(owner);
            assertThat(timer.cancel()).isTrue();
            assertThat(timers.stats().pending()).isZero();
        }
    }

    @Test
    void closeCancelsWaitsAndRefusesLater() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger finished = new AtomicInteger();
        Timers timers = builder().build();
        TimerHandle pending = timers.schedule(HOUR, () -> {});
        timers.schedule(Duration.ZERO, () -> {
            begun.countDown();
            finished.incrementAndGet();
        });
        await(begun);
        timers.close();
        timers.close();

        assertThat(finished).hasValue(1);
        assertThat(pending.isPending()).isFalse();
        assertThat(((WheelTimers) timers).core().isEnded()).isTrue();
        assertThatThrownBy(() -> timers.schedule(SHORT, () -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("timers 'test'")
                .hasMessageContaining("closed");
        assertThat(timers).hasToString("Timers[test, pending=0, closed]");
    }

    @Test
    void closeByAnActionDoesNotWaitForItself() throws InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        Timers timers = builder().closeTimeout(HOUR).build();
        timers.schedule(Duration.ZERO, () -> {
            timers.close();
            closed.countDown();
        });
        await(closed);
        timers.close();

        assertThat(((WheelTimers) timers).core().isEnded()).isTrue();
    }

    @Test
    void interruptEndsTheWaitOfCloseAndStays() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch stuck = new CountDownLatch(1);
        Timers timers = builder().closeTimeout(HOUR).build();
        timers.schedule(Duration.ZERO, () -> {
            begun.countDown();
            awaitUninterruptibly(stuck);
        });
        await(begun);
        Thread.currentThread().interrupt();
        timers.close();

        assertThat(Thread.interrupted()).isTrue();
        stuck.countDown();
        timers.close();
        assertThat(((WheelTimers) timers).core().isEnded()).isTrue();
    }

    @Test
    void pendingTimersAreOutstanding() {
        try (Timers timers = builder().build()) {
            assertThat(Watertight.outstanding().total("test")).isZero();
            timers.schedule(HOUR, () -> {});
            timers.every(this, HOUR, owner -> {});

            assertThat(Watertight.outstanding().total("test")).isEqualTo(2);
        }
        assertThat(Watertight.outstanding().total("test")).isZero();
    }

    @Test
    void wrongArgumentsAreRefused() {
        assertThatThrownBy(() -> Timers.builder(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Timers.builder("a").maxPending(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder().workers(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder().closeTimeout(SHORT.negated())).isInstanceOf(IllegalArgumentException.class);
        try (Timers timers = builder().build()) {
            assertThatThrownBy(() -> timers.schedule(Deadline.never(), () -> {}))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> timers.every(this, Duration.ZERO, owner -> {}))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> timers.every(this, SHORT, owner -> wrongArgumentsAreRefused()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("TimersTest");
            assertThat(timers.stats().pending()).isZero();
        }
    }

    @Test
    @Tag("gc")
    void ownerIsCollectedAndItsTimerEnds() throws InterruptedException {
        try (Timers timers = builder().build()) {
            WeakReference<AtomicInteger> owner = ownATimer(timers);
            assertThat(timers.stats().pending()).isEqualTo(1);
            for (int i = 0; i < 10 && timers.stats().pending() > 0; i++) {
                GcBarrier.await();
                Watertight.pump();
            }

            assertThat(owner.get()).isNull();
            assertThat(timers.stats().pending()).isZero();
        }
    }

    private static WeakReference<AtomicInteger> ownATimer(Timers timers) {
        AtomicInteger owner = new AtomicInteger();
        timers.every(owner, HOUR, AtomicInteger::incrementAndGet);
        return new WeakReference<>(owner);
    }

    @Test
    @Tag("gc")
    @AllowLeaks(type = "timers", reason = "drops some on purpose")
    void droppedTimersAreReportedAndTheirThreadEnds() throws InterruptedException {
        ConcurrentLinkedQueue<LeakReport> reports = new ConcurrentLinkedQueue<>();
        List<TimerHandle> pending = new ArrayList<>();
        try (Lease<LeakListener> listening = Watertight.onLeak(reports::add)) {
            WeakReference<?> core = dropTimers(pending);
            for (int i = 0; i < 10 && reports.isEmpty(); i++) {
                GcBarrier.await();
                Watertight.pump();
            }
            assertThat(listening.isOpen()).isTrue();
            assertThat(reports).anySatisfy(report -> {
                assertThat(report.type()).isEqualTo("timers");
                assertThat(report.evidence()).isEqualTo(Evidence.GC_PROVEN);
                assertThat(report.message()).contains("TimersTest.dropTimers");
            });
            for (int i = 0; i < 100 && pending.get(0).isPending(); i++) {
                GcBarrier.await();
            }
            assertThat(pending.get(0).isPending()).isFalse();
            pending.clear();
            for (int i = 0; i < 100 && core.get() != null; i++) {
                GcBarrier.await();
            }
            assertThat(core.get()).as("core of the timers").isNull();
        }
    }

    private static WeakReference<?> dropTimers(List<TimerHandle> pending) {
        Timers timers = Timers.builder("dropped").maxPending(1).build();
        pending.add(timers.schedule(HOUR, () -> {}));
        return new WeakReference<>(((WheelTimers) timers).core());
    }
}
