package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.watertight.guards.Ticker;
import io.watertight.testing.AllocationMode;
import io.watertight.testing.Allocations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The watchdog scans when a test says so, and time passes by hand; the tasks run on real threads. */
@Timeout(120)
class WatchdogTest {
    private static final Duration THRESHOLD = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(100);

    private final ManualTicker ticker = new ManualTicker();
    private int starts;
    private final Watchdog watchdog = new Watchdog(ticker, body -> starts++);
    private final BlockingQueue<StuckReport> reports = new LinkedBlockingQueue<>();
    private final Gate gate = new Gate();
    private final List<TaskExecutor> executors = new ArrayList<>();

    private TaskExecutor watched(String name, int threads, Consumer<StuckReport> listener) {
        ExecutorSettings settings = CancellableExecutor.builder(name)
                .threads(threads)
                .queue(100)
                .keepAlive(Duration.ofHours(1))
                .stuckAfter(THRESHOLD)
                .onStuck(listener)
                .watchdog(watchdog)
                .settings();
        TaskExecutor executor = TaskExecutor.open(settings, (type, keeper) -> new ManualBooks(keeper));
        executors.add(executor);
        return executor;
    }

    private TaskExecutor watched(int threads) {
        return watched("reader", threads, reports::add);
    }

    @AfterEach
    void end() {
        gate.open();
        executors.forEach(CancellableExecutor::close);
    }

    @CanIgnoreReturnValue
    private Duration pass(Duration time) {
        ticker.advance(time);
        return Duration.ofNanos(watchdog.scan());
    }

    private void passThreeLooks() {
        pass(Duration.ofSeconds(1));
        pass(LOOK);
        pass(LOOK);
    }

    private static ExecutorWatch watchOf(TaskExecutor executor) {
        return executor.core().watch;
    }

    @CanIgnoreReturnValue
    private Task<String> block(CancellableExecutor executor) {
        return pass(executor, gate);
    }

    @CanIgnoreReturnValue
    private static Task<String> pass(CancellableExecutor executor, Gate through) {
        return executor.submit(token -> {
            through.pass();
            return "result";
        });
    }

    @Test
    void blockedTaskIsReportedAfterThreeLooks() throws Exception {
        TaskExecutor executor = watched(2);
        block(executor);
        gate.awaitInside(1);
        assertThat(pass(Duration.ZERO)).isEqualTo(Duration.ofSeconds(1));

        assertThat(pass(THRESHOLD)).isEqualTo(LOOK);
        assertThat(pass(LOOK)).isEqualTo(LOOK);
        assertThat(watchOf(executor).reported()).isZero();
        assertThat(pass(LOOK)).isEqualTo(Duration.ofSeconds(1));

        StuckReport report = reports.take();
        assertThat(report.kind()).isEqualTo(StuckReport.Kind.BLOCKED);
        assertThat(report.age()).isEqualTo(THRESHOLD.plus(LOOK).plus(LOOK));
        assertThat(report.thread()).isEqualTo("reader-1");
        assertThat(report.stack()).anyMatch(frame -> frame.getMethodName().equals("pass"));
        assertThat(report.message())
                .startsWith("executor 'reader': a task has run for at least 30.2 s, blocked (stuck=1, running=1 of 2,"
                        + " queued=0); it was submitted at ")
                .contains(
                        ", is on 'reader-1', now at java.lang.Object.wait",
                        ", called by io.watertight.concurrency.Gate.pass(Gate");
        assertThat(report.cancelled()).isFalse();
        assertThat(report.deadline()).isNull();
    }

    @Test
    void reportedAgainOnlyAtTwiceTheAge() throws Exception {
        TaskExecutor executor = watched(2);
        block(executor);
        gate.awaitInside(1);
        pass(Duration.ZERO);
        pass(THRESHOLD.minus(Duration.ofSeconds(1)));
        passThreeLooks();
        assertThat(watchOf(executor).reported()).isOne();

        pass(Duration.ofSeconds(28));
        passThreeLooks();
        assertThat(watchOf(executor).reported()).isOne();
        passThreeLooks();
        assertThat(watchOf(executor).reported()).isEqualTo(2);
    }

    @Test
    void deadlineAndCancelAreTold() throws Exception {
        TaskExecutor executor = watched(2);
        CountDownLatch ignoring = new CountDownLatch(1);
        Deadline deadline = Deadline.after(Duration.ofHours(1));
        Task<String> task = executor.submit(
                token -> {
                    gate.pass();
                    return "result";
                },
                deadline);
        gate.awaitInside(1);
        Task<String> deaf = executor.submit(token -> {
            ignoring.countDown();
            passIgnoringInterrupts();
            return "late";
        });
        ignoring.await();
        gate.awaitInside(2);
        deaf.cancel(true);
        pass(Duration.ZERO);
        pass(THRESHOLD);
        pass(LOOK);
        pass(LOOK);

        List<StuckReport> both = List.of(reports.take(), reports.take());

        assertThat(both).anySatisfy(report -> {
            assertThat(report.deadline()).isSameAs(deadline);
            assertThat(report.message()).contains(", Deadline[in ");
        });
        assertThat(both).anySatisfy(report -> {
            assertThat(report.cancelled()).isTrue();
            assertThat(report.message()).contains(" although it was cancelled, ");
        });
        assertThat(task.isDone()).isFalse();
    }

    private void passIgnoringInterrupts() {
        boolean passed = false;
        while (!passed) {
            try {
                gate.pass();
                passed = true;
            } catch (InterruptedException ignored) {
                // As a task does that does not react.
            }
        }
    }

    @Test
    void taskThatEndsInTimeIsNotReportedHoweverManyThereAre() throws Exception {
        TaskExecutor executor = watched(1);
        for (int i = 0; i < 9; i++) {
            executor.submit(() -> "result").get();
            pass(Duration.ofSeconds(20));
        }
        for (int i = 0; i < 10; i++) { // nor is the thread that waits for the next
            pass(Duration.ofSeconds(20));
        }

        assertThat(watchOf(executor).reported()).isZero();
    }

    @Test
    void manyStuckTasksAreCountedInFewReports() throws Exception {
        TaskExecutor executor = watched(20);
        for (int i = 0; i < 20; i++) {
            block(executor);
        }
        gate.awaitInside(20);
        pass(Duration.ZERO);
        pass(THRESHOLD);
        pass(LOOK);
        for (int i = 0; i < 10; i++) {
            pass(LOOK);
        }

        assertThat(watchOf(executor).reported()).isEqualTo(8);
        assertThat(reports.take().stuck()).isEqualTo(20);
    }

    @Test
    void queueThatDoesNotMoveIsStarved() throws Exception {
        TaskExecutor executor = watched(1);
        block(executor);
        gate.awaitInside(1);
        pass(Duration.ZERO);
        pass(THRESHOLD.minus(Duration.ofSeconds(1)));
        block(executor);
        pass(Duration.ofSeconds(1)); // the mark is set
        pass(LOOK);
        pass(LOOK);
        assertThat(reports.take().kind()).isEqualTo(StuckReport.Kind.BLOCKED);

        pass(THRESHOLD.minus(Duration.ofMillis(1_200)));
        assertThat(watchOf(executor).reported()).isOne();
        pass(Duration.ofSeconds(1));

        StuckReport report = reports.take();
        assertThat(report.kind()).isEqualTo(StuckReport.Kind.STARVED);
        assertThat(report.age()).isEqualTo(THRESHOLD);
        assertThat(report.queued()).isOne();
        assertThat(report.message())
                .startsWith("executor 'reader': a task has waited for a thread for at least 30.0 s (running=1 of 1,"
                        + " queued=1); the oldest that runs was submitted at ")
                .contains(" is on 'reader-1', now at ");
        for (int i = 0; i < 29; i++) {
            pass(Duration.ofSeconds(1));
        }
        assertThat(watchOf(executor).reported()).isEqualTo(3); // the third is of the task that is blocked
    }

    @Test
    void queueThatMovesIsNotStarved() throws Exception {
        TaskExecutor executor = watched(1);
        List<Gate> gates = List.of(new Gate(), new Gate(), new Gate(), new Gate(), new Gate());
        pass(executor, gates.get(0));
        for (int i = 0; i < gates.size(); i++) {
            gates.get(i).awaitInside(1);
            if (i + 1 < gates.size()) {
                pass(executor, gates.get(i + 1)); // the queue is never empty
            }
            pass(Duration.ZERO);
            pass(Duration.ofSeconds(20));
            gates.get(i).open();
        }

        assertThat(watchOf(executor).reported()).isZero();
    }

    @Test
    void cancelOutOfTurnDoesNotMakeAMovingQueueStarved() throws Exception {
        TaskExecutor executor = watched(1);
        block(executor);
        gate.awaitInside(1);
        Task<String> queued = block(executor);
        pass(Duration.ZERO);
        pass(Duration.ofSeconds(20));
        block(executor);
        queued.cancel(true);
        pass(Duration.ofSeconds(9));
        pass(Duration.ofMillis(999));

        assertThat(watchOf(executor).isStarved(ticker.nanos() + LOOK.toNanos(), 3, 1))
                .isFalse();
    }

    @Test
    void listenerThatThrowsGetsTheNextReport() throws Exception {
        TaskExecutor executor = watched("reader", 2, report -> {
            reports.add(report);
            throw new IllegalStateException("listener");
        });
        block(executor);
        gate.awaitInside(1);
        pass(Duration.ZERO);
        pass(THRESHOLD);
        pass(LOOK);
        pass(LOOK);
        reports.take();

        pass(Duration.ofSeconds(60));
        pass(LOOK);
        pass(LOOK);

        assertThat(reports.take().age()).isGreaterThan(Duration.ofSeconds(60));
    }

    @Test
    void listenerThatHangsDelaysNobodyElse() throws Exception {
        Gate hanging = new Gate();
        TaskExecutor first = watched("first", 1, report -> {
            try {
                hanging.pass();
            } catch (InterruptedException unexpected) {
                Thread.currentThread().interrupt();
            }
        });
        block(first);
        TaskExecutor second = watched("second", 1, reports::add);
        block(second);
        gate.awaitInside(2);
        pass(Duration.ZERO);
        pass(THRESHOLD);
        pass(LOOK);
        pass(LOOK);
        hanging.awaitInside(1);

        assertThat(reports.take().executor()).isEqualTo("second");
        hanging.open();
    }

    @Test
    void reportsThatNobodyTakesAreDropped() throws Exception {
        Gate hanging = new Gate();
        StuckDelivery delivery = new StuckDelivery("reader", report -> {
            try {
                hanging.pass();
            } catch (InterruptedException unexpected) {
                Thread.currentThread().interrupt();
            }
        });
        StuckReport report = new StuckReport(
                StuckReport.Kind.STARVED,
                "reader",
                Duration.ofSeconds(1),
                null,
                "",
                null,
                false,
                List.of(),
                0,
                1,
                1,
                1);
        delivery.deliver(report);
        hanging.awaitInside(1);
        for (int i = 0; i < 20; i++) {
            delivery.deliver(report);
        }

        assertThat(delivery.dropped()).isEqualTo(4);
        hanging.open();
    }

    @Test
    void watchedWhileThereAreThreads() throws Exception {
        TaskExecutor executor = watched(1);
        assertThat(watchdog.watchedNow()).isZero();
        assertThat(starts).isZero();

        executor.submit(() -> "result").get();
        assertThat(watchdog.watchedNow()).isOne();
        assertThat(starts).isOne();

        executor.close();
        watchdog.scan();
        assertThat(watchdog.watchedNow()).isZero();
    }

    @Test
    void watchedAgainWithTheNextThread() throws Exception {
        ExecutorSettings settings = CancellableExecutor.builder("short")
                .threads(1)
                .queue(1)
                .recycleAfter(1)
                .stuckAfter(THRESHOLD)
                .watchdog(watchdog)
                .settings();
        ExecutorCore core;
        try (TaskExecutor executor = TaskExecutor.open(settings, (type, keeper) -> new ManualBooks(keeper))) {
            core = executor.core();
            for (int i = 0; i < 50; i++) {
                executor.submit(() -> "result").get();
                pass(Duration.ofSeconds(1)); // the thread may have ended, or not yet
            }
            block(executor);
            gate.awaitInside(1);
            assertThat(watchdog.watchedNow()).isOne();
            gate.open();
        }
        pass(Duration.ofSeconds(1));

        assertThat(core.workers.first()).isNull();
        assertThat(watchdog.watchedNow()).isZero();
    }

    @Test
    void threadThatCannotBeStartedHurtsNobody() throws Exception {
        int[] tries = {0};
        Watchdog without = new Watchdog(ticker, body -> {
            tries[0]++;
            throw new OutOfMemoryError("no thread");
        });
        ExecutorSettings settings = CancellableExecutor.builder("reader")
                .threads(2)
                .queue(1)
                .stuckAfter(THRESHOLD)
                .watchdog(without)
                .settings();
        try (TaskExecutor executor = TaskExecutor.open(settings, (type, keeper) -> new ManualBooks(keeper))) {
            block(executor);
            gate.awaitInside(1);
            assertThat(executor.submit(() -> "result").get()).isEqualTo("result");

            assertThat(tries[0]).isEqualTo(2);
            assertThat(without.watchedNow()).isZero();
            assertThat(watchOf(executor).failures()).isEqualTo(2);
            gate.open();
        }
    }

    /** With a thread of its own; it looks at most a quarter of the threshold later, and then ends. */
    @Test
    void theThreadReportsAndEndsWithTheLastExecutor() throws Exception {
        BlockingQueue<Thread> started = new LinkedBlockingQueue<>();
        Watchdog real = new Watchdog(Ticker.system(), body -> {
            Thread thread = new Thread(body, "watchdog-test");
            thread.setDaemon(true);
            thread.start();
            started.add(thread);
        });
        ExecutorSettings settings = CancellableExecutor.builder("reader")
                .threads(1)
                .queue(1)
                .stuckAfter(Duration.ofMillis(40))
                .onStuck(reports::add)
                .watchdog(real)
                .settings();
        try (TaskExecutor executor = TaskExecutor.open(settings, (type, keeper) -> new ManualBooks(keeper))) {
            block(executor);
            assertThat(reports.take().executor()).isEqualTo("reader");
            gate.open();
        }
        started.take().join();

        assertThat(real.watchedNow()).isZero();
        assertThat(real.isRunning()).isFalse();
        assertThat(real.failures()).isZero();
        assertThat(started).isEmpty();
    }

    @Test
    void scanAllocatesNothingWhileAllIsWell() throws Exception {
        TaskExecutor executor = watched(4);
        for (int i = 0; i < 8; i++) {
            block(executor);
        }
        gate.awaitInside(4);

        Allocations.assertAllocatesAtMost(0, AllocationMode.STEADY, () -> {
            ticker.advance(Duration.ZERO);
            watchOf(executor).scan(ticker.nanos());
            watchdog.scan();
        });
    }

    @Test
    void executorThatIsNotWatchedHasNothingOfIt() throws Exception {
        ExecutorSettings settings =
                CancellableExecutor.builder("plain").threads(1).queue(1).settings();
        try (TaskExecutor executor = TaskExecutor.open(settings, (type, keeper) -> new ManualBooks(keeper))) {
            block(executor);
            gate.awaitInside(1);

            assertThat(executor.core().watch).isNull();
            assertThat(executor.core().workers.first().watched).isNull();
            gate.open();
        }
    }

    @Test
    void settingsAreChecked() {
        ExecutorBuilder builder =
                CancellableExecutor.builder("reader").threads(1).queue(1);

        assertThatThrownBy(() -> builder.stuckAfter(Duration.ZERO)).hasMessage("threshold must be 1 ms or more: PT0S");
        assertThatThrownBy(() -> builder.onStuck(reports::add).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("onStuck without stuckAfter is never called");
    }
}
