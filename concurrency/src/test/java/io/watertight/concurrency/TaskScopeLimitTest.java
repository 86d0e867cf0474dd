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
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How many children run at once; and what becomes of scopes that nobody closes. */
class TaskScopeLimitTest {
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final CountDownLatch never = new CountDownLatch(1);

    @Test
    void neverMoreRunAtOnceThanTheLimit() throws InterruptedException {
        try (TaskScope<Integer, List<Integer>> scope =
                TaskScope.<Integer>builder("limit").limit(3).open()) {
            for (int i = 0; i < 200; i++) {
                scope.fork(() -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    Thread.onSpinWait();
                    return running.decrementAndGet();
                });
            }
            assertThat(scope.join()).hasSize(200);
        }
        assertThat(most.get()).isBetween(1, 3);
    }

    @Test
    void whoWaitsToForkGoesOnWhenTheScopeIsCancelled() throws Exception {
        Thread owner = Thread.currentThread();
        IllegalStateException why = new IllegalStateException("why");
        try (TaskScope<Object, List<Object>> scope =
                TaskScope.builder("limit").limit(1).open()) {
            scope.fork(this::block);
            Thread canceller = new Thread(() -> {
                while (owner.getState() != Thread.State.WAITING && owner.getState() != Thread.State.TIMED_WAITING) {
                    Thread.onSpinWait();
                }
                scope.cancel(why);
            });
            canceller.start();
            Task<Object> refused = scope.fork(() -> "never begins");
            canceller.join();

            assertThat(refused.isCancelled()).isTrue();
            assertThatThrownBy(scope::join).rootCause().isSameAs(why);
        }
    }

    @Test
    void whoWaitsToForkGoesOnWhenTheDeadlinePasses() throws InterruptedException {
        try (TaskScope<Object, List<Object>> scope = TaskScope.builder("limit")
                .limit(1)
                .deadline(Deadline.after(Duration.ofMillis(20)))
                .open()) {
            scope.fork(this::block);
            Task<Object> refused = scope.fork(() -> "never begins");

            assertThat(refused.isCancelled()).isTrue();
            assertThatThrownBy(scope::join).cause().isInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void interruptEndsTheWaitToForkAndStays() throws InterruptedException {
        try (TaskScope<Object, List<Object>> scope =
                TaskScope.builder("limit").limit(1).open()) {
            scope.fork(this::block);
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> scope.fork(() -> "never begins"))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("interrupted while waiting to fork, with 1 children running");
            assertThat(Thread.interrupted()).isTrue();
            scope.cancel(new IllegalStateException("enough"));
            assertThatThrownBy(scope::join).rootCause().hasMessage("enough");
        }
    }

    @Test
    void childThatWouldWaitForItselfIsRefused() throws InterruptedException {
        try (TaskScope<Object, List<Object>> scope =
                TaskScope.builder("limit").limit(1).open()) {
            scope.fork((Callable<Object>) () -> scope.fork(() -> "grandchild").get());

            assertThatThrownBy(scope::join)
                    .cause()
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("a child of it cannot fork while 1 run");
        }
    }

    @Test
    void limitMustBePositive() {
        assertThatThrownBy(() -> TaskScope.builder("limit").limit(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("children must be 1 or more: 0");
    }

    private Object block() throws InterruptedException {
        never.await();
        return "never";
    }

    @Test
    @Tag("gc")
    @AllowLeaks(type = "task scope", reason = "drops one on purpose")
    void droppedScopeIsReportedItsChildrenCancelledAndWhatItOwnsClosed() throws Exception {
        ConcurrentLinkedQueue<LeakReport> reports = new ConcurrentLinkedQueue<>();
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        try (Lease<LeakListener> listening = Watertight.onLeak(reports::add)) {
            drop(interrupted, closed);
            for (int i = 0; i < 10 && reports.isEmpty(); i++) {
                GcBarrier.await();
                Watertight.pump();
            }

            assertThat(listening.isOpen()).isTrue();
            assertThat(reports).anySatisfy(report -> {
                assertThat(report.type()).isEqualTo("task scope");
                assertThat(report.evidence()).isEqualTo(Evidence.GC_PROVEN);
                assertThat(report.message()).contains("TaskScopeLimitTest.drop");
            });
            assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void drop(CountDownLatch interrupted, CountDownLatch closed) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        TaskScope<Object, List<Object>> scope = TaskScope.builder("dropped").open();
        scope.own(() -> {
            assertThat(interrupted.getCount()).as("children have ended").isZero();
            closed.countDown();
        });
        scope.fork((Callable<Object>) () -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
                return "never";
            } finally {
                interrupted.countDown();
            }
        });
        begun.await();
    }
}
