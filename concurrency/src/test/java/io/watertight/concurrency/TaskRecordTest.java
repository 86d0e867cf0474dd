package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.watertight.testing.GcBarrier;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The kernel of a task, run by the thread of the test wherever that is possible. */
class TaskRecordTest {
    private static final Duration SHORT = Duration.ofMillis(10);
    private final FakeTaskHost host = new FakeTaskHost();
    private final List<String> seen = new ArrayList<>();

    private <T> TaskRecord<T> task(Callable<T> body) {
        return new TaskRecord<>(host, body);
    }

    private static boolean run(TaskRecord<?> task) {
        return task.runOn(Thread.currentThread());
    }

    @Test
    void resultIsDelivered() throws Exception {
        TaskRecord<String> task = task(() -> "result");
        assertThat(task.isDone()).isFalse();
        assertThat(run(task)).isTrue();

        assertThat(task.get()).isEqualTo("result");
        assertThat(task.get(0, TimeUnit.SECONDS)).isEqualTo("result");
        assertThat(task.isDone()).isTrue();
        assertThat(task.isCancelled()).isFalse();
        assertThat(task.isTerminated()).isTrue();
        assertThat(host.permitsBack).isEqualTo(1);
        assertThat(task.cancel(true)).isFalse();
        assertThat(run(task)).as("a second time").isFalse();
        assertThat(host.permitsBack).isEqualTo(1);
    }

    @Test
    void failureIsDelivered() {
        IllegalStateException failure = new IllegalStateException("body");
        TaskRecord<String> task = task(() -> {
            throw failure;
        });
        run(task);

        assertThatThrownBy(task::get).isInstanceOf(ExecutionException.class).hasCause(failure);
        assertThat(task.isDone()).isTrue();
        assertThat(task.isTerminated()).isTrue();
        assertThat(host.permitsBack).isEqualTo(1);
    }

    @Test
    void permitIsBackBeforeTheResultIsSeen() {
        TaskRecord<Integer> task = task(() -> host.permitsBack);
        AtomicInteger whenDone = new AtomicInteger();
        TaskRecord<Integer> hooked = new TaskRecord<>(host, (Callable<Integer>) () -> host.permitsBack) {
            @Override
            void ended() {
                whenDone.set(host.permitsBack);
            }
        };
        run(task);
        run(hooked);

        assertThat(whenDone).hasValue(2);
    }

    @Test
    void commandResultsInItsValue() throws Exception {
        ValueTask<String> task = new ValueTask<>(host, () -> seen.add("ran"), "value");
        run(task);

        assertThat(task.get()).isEqualTo("value");
        assertThat(seen).containsExactly("ran");
    }

    @Test
    void cancelBeforeRunIsFinal() {
        TaskRecord<Boolean> task = task(() -> seen.add("ran"));
        assertThat(task.cancel(true)).isTrue();
        assertThat(task.cancel(true)).isFalse();

        assertThat(host.permitsBack).isEqualTo(1);
        assertThat(run(task)).isFalse();
        assertThat(seen).isEmpty();
        assertThat(task.isDone()).isTrue();
        assertThat(task.isCancelled()).isTrue();
        assertThat(task.isTerminated()).isTrue();
        assertThat(host.permitsBack).isEqualTo(1);
        assertThatThrownBy(task::get).isInstanceOf(CancellationException.class).hasMessageContaining("'fake'");
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void cancelDuringTheRunInterruptsItAndOnlyIt() {
        TaskRecord<?>[] self = new TaskRecord<?>[1];
        self[0] = task(() -> {
            assertThat(self[0].cancel(true)).isTrue();
            assertThat(self[0].isDone()).isTrue();
            assertThat(self[0].isTerminated()).isFalse();
            assertThat(self[0].token().isCancelled()).isTrue();
            seen.add("interrupted " + Thread.currentThread().isInterrupted());
            return "late";
        });
        run(self[0]);

        assertThat(seen).containsExactly("interrupted true");
        assertThat(Thread.interrupted()).as("after the task").isFalse();
        assertThat(self[0].isTerminated()).isTrue();
        assertThat(self[0].isCancelled()).isTrue();
        assertThat(host.late).containsExactly("late");
        assertThat(host.permitsBack).isEqualTo(1);
        assertThatThrownBy(self[0]::get).isInstanceOf(CancellationException.class);
    }

    @Test
    void workerCannotLeaveTheTaskWhileItIsBeingInterrupted() {
        TaskRecord<?>[] self = new TaskRecord<?>[1];
        Thread watched = new Thread() {
            @Override
            public void interrupt() {
                seen.add("state " + self[0].stateVolatile() + ", token "
                        + self[0].token().isCancelled());
            }
        };
        self[0] = task(() -> self[0].cancel(true));
        assertThat(self[0].runOn(watched)).isTrue();

        assertThat(seen).containsExactly("state " + TaskRecord.CANCELLING + ", token true");
    }

    @Test
    void cancelWithoutInterruptReachesTheTokenOnly() {
        TaskRecord<Object> task = new TaskRecord<>(host, (CancellableTask<Object>) token -> {
            token.onCancel(() -> seen.add("callback"));
            seen.add("before " + token.isCancelled());
            return null;
        });
        TaskRecord<?>[] self = {task};
        TaskRecord<Object> cancels = new TaskRecord<>(host, (CancellableTask<Object>) token -> {
            token.onCancel(() -> seen.add("callback"));
            assertThat(self[0].cancel(false)).isTrue();
            seen.add("cancelled " + token.isCancelled() + ", interrupted "
                    + Thread.currentThread().isInterrupted());
            return null;
        });
        self[0] = cancels;
        run(task);
        run(cancels);

        assertThat(seen).containsExactly("before false", "callback", "cancelled true, interrupted false");
        assertThat(host.late).isEmpty();
        assertThat(cancels.isTerminated()).isTrue();
    }

    @Test
    void threadOfACallerIsNeverInterruptedAndKeepsItsOwnInterrupt() {
        TaskRecord<?>[] self = new TaskRecord<?>[1];
        self[0] = task(() -> {
            assertThat(self[0].cancel(true)).isTrue();
            seen.add("interrupted " + Thread.currentThread().isInterrupted());
            Thread.currentThread().interrupt(); // as somebody else would
            return null;
        });
        assertThat(self[0].runOn(null)).isTrue();

        assertThat(seen).containsExactly("interrupted false");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(host.permitsBack).as("it had none").isZero();
        assertThat(self[0].isTerminated()).isTrue();
    }

    @Test
    void causeReachesTokenAndWaiters() {
        TaskRecord<String> task = task(() -> "never");
        IllegalStateException why = new IllegalStateException("why");
        assertThat(task.cancel(false, why)).isTrue();

        assertThat(task.token().cause()).isSameAs(why);
        assertThatThrownBy(task::get).isInstanceOf(CancellationException.class).hasCause(why);
    }

    @Test
    void tokenOfACancelledTaskIsCancelledWheneverItIsAskedFor() {
        TaskRecord<String> early = task(() -> "never");
        CancelToken token = early.token();
        early.cancel(false);
        TaskRecord<String> late = task(() -> "never");
        late.cancel(false);

        assertThat(token.isCancelled()).isTrue();
        assertThat(early.token()).isSameAs(token);
        assertThat(late.token().isCancelled()).isTrue();
        assertThat(late.token()).isSameAs(late.token());
        TaskRecord<String> done = task(() -> "done");
        run(done);
        assertThat(done.token().isCancelled()).isFalse();
    }

    @Test
    void waiterIsWokenByResultAndByCancel() throws Exception {
        TaskRecord<String> task = task(() -> "result");
        Waiter get = new Waiter(task::get);
        run(task);
        assertThat(get.outcome()).isEqualTo("result");

        TaskRecord<String> cancelled = task(() -> "result");
        Waiter first = new Waiter(cancelled::get);
        Waiter second = new Waiter(() -> cancelled.get(1, TimeUnit.HOURS));
        cancelled.cancel(false);
        assertThat(first.outcome()).isInstanceOf(CancellationException.class);
        assertThat(second.outcome()).isInstanceOf(CancellationException.class);
    }

    @Test
    void waiterForTheEndOutlivesTheCancel() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        TaskRecord<String> task = task(() -> {
            begun.countDown();
            awaitIgnoringInterrupts(goOn);
            return "late";
        });
        Waiter worker = new Waiter(() -> run(task));
        begun.await();
        Waiter end = new Waiter(() -> task.awaitTerminated(Duration.ofHours(1)));
        task.cancel(true);
        assertThat(task.awaitTerminated(SHORT)).isFalse();
        goOn.countDown();

        assertThat(end.outcome()).isEqualTo(true);
        assertThat(worker.outcome()).isEqualTo(true);
        assertThat(host.late).containsExactly("late");
    }

    private static void awaitIgnoringInterrupts(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException again) {
                // The test says when.
            }
        }
    }

    @Test
    void waitEndsInTimeAndByInterrupt() throws Exception {
        TaskRecord<String> task = task(() -> "result");
        assertThatThrownBy(() -> task.get(10, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("queued");
        assertThat(task.awaitTerminated(SHORT)).isFalse();
        Thread.currentThread().interrupt();
        assertThatThrownBy(task::get).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(task.waitersNow()).isZero();

        Waiter stays = new Waiter(task::get);
        assertThatThrownBy(() -> task.get(10, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        run(task);
        assertThat(stays.outcome()).isEqualTo("result");
        assertThat(task.waitersNow()).isZero();
    }

    @Test
    @Tag("gc")
    void cancelFreesWhatTheBodyHolds() throws InterruptedException {
        List<Task<?>> kept = new ArrayList<>();
        WeakReference<?> payload = cancelOne(kept);
        GcBarrier.await();

        assertThat(payload.get()).isNull();
        assertThat(kept).hasSize(1);
    }

    private WeakReference<?> cancelOne(List<Task<?>> kept) {
        AtomicInteger payload = new AtomicInteger();
        TaskRecord<Integer> task = task(payload::incrementAndGet);
        kept.add(task);
        task.cancel(false);
        return new WeakReference<>(payload);
    }

    @Test
    void foreignRunDoesNothing() {
        TaskRecord<Boolean> task = task(() -> seen.add("ran"));
        task.run();

        assertThat(seen).isEmpty();
        assertThat(task.isDone()).isFalse();
        assertThat(task).hasToString("Task[of 'fake', queued]");
    }

    /** A thread that does one thing, and what became of it. */
    private static final class Waiter {
        private final List<Object> result = new ArrayList<>();
        private final Thread thread;

        Waiter(Callable<?> call) {
            thread = new Thread(() -> {
                try {
                    result.add(call.call());
                } catch (Exception failure) {
                    result.add(failure);
                }
            });
            thread.start();
        }

        Object outcome() throws InterruptedException {
            thread.join();
            return result.get(0);
        }
    }
}
