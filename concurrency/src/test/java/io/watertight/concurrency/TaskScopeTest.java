package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.watertight.concurrency.TaskScope.FailedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

class TaskScopeTest {
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch never = new CountDownLatch(1);

    private static void awaitIgnoringInterrupts(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException ignored) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private String block() throws InterruptedException {
        try {
            never.await();
            return "never";
        } catch (InterruptedException cancelled) {
            events.add("interrupted");
            throw cancelled;
        }
    }

    @Test
    void allResultsComeInTheOrderOfTheForks() throws InterruptedException {
        CountDownLatch second = new CountDownLatch(1);
        try (TaskScope<String, List<String>> scope =
                TaskScope.<String>builder("all").open()) {
            scope.fork(() -> {
                second.await();
                return "a";
            });
            Task<String> b = scope.fork(() -> "b");
            assertThat(b.awaitTerminated(Duration.ofSeconds(30))).isTrue();
            second.countDown();

            assertThat(scope.join()).containsExactly("a", "b");
            assertThat(scope.live()).isZero();
        }
    }

    @Test
    void platformThreadsDoAsWell() throws InterruptedException {
        try (TaskScope<String, List<String>> scope =
                TaskScope.<String>builder("platform").platformThreads().open()) {
            scope.fork(() -> Thread.currentThread().getName());

            assertThat(scope.join()).containsExactly("platform-1");
        }
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void virtualThreadsOfAScopeHaveItsName() throws InterruptedException {
        try (TaskScope<String, List<String>> scope =
                TaskScope.<String>builder("virtual").open()) {
            scope.fork(() -> Thread.currentThread().getName());
            scope.fork(() -> Thread.currentThread().getName());

            assertThat(scope.join()).containsExactly("virtual", "virtual");
        }
    }

    @Test
    void firstFailureCancelsTheOthersAndIsThrown() throws InterruptedException {
        IOException broken = new IOException("broken");
        try (TaskScope<String, List<String>> scope =
                TaskScope.<String>builder("failing").open()) {
            CountDownLatch blocked = new CountDownLatch(1);
            Task<String> other = scope.fork(() -> {
                blocked.countDown();
                return block();
            });
            scope.fork(() -> {
                blocked.await();
                throw broken;
            });

            assertThatExceptionOfType(FailedException.class)
                    .isThrownBy(scope::join)
                    .withMessage("scope 'failing': a child failed: java.io.IOException: broken")
                    .withCause(broken);
            assertThat(other.isCancelled()).isTrue();
        }
        assertThat(events).containsExactly("interrupted");
        assertThat(broken.getSuppressed()).isEmpty();
    }

    @Test
    void failureOfTheOthersIsSuppressed() throws InterruptedException {
        IOException first = new IOException("first");
        IOException second = new IOException("second");
        try (TaskScope<String, String> scope = TaskScope.builder("failing")
                .policy(JoinPolicy.<String>anySuccessfulOrThrow())
                .open()) {
            Task<String> one = scope.fork(() -> {
                throw first;
            });
            assertThat(one.awaitTerminated(Duration.ofSeconds(30))).isTrue();
            scope.fork(() -> {
                throw second;
            });

            assertThatExceptionOfType(FailedException.class)
                    .isThrownBy(scope::join)
                    .withMessageContaining("only 0 of 2 children succeeded, 1 have to");
        }
        assertThat(List.of(first.getSuppressed().length, second.getSuppressed().length))
                .containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void firstSuccessWinsAndTheOthersAreDisposed() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch decided = new CountDownLatch(1);
        try (TaskScope<String, String> scope = TaskScope.builder("race")
                .policy(JoinPolicy.<String>anySuccessfulOrThrow())
                .onUndelivered(events::add)
                .open()) {
            scope.fork(() -> {
                begun.countDown();
                awaitIgnoringInterrupts(decided);
                return "late";
            });
            begun.await(); // else it is cancelled before it begins, and returns nothing
            scope.fork(() -> "first");

            assertThat(scope.join()).isEqualTo("first");
            decided.countDown();
        }
        assertThat(events).containsExactly("late");
    }

    @Test
    void closeWaitsForTheCallbacksOfTheCancel() throws InterruptedException {
        CountDownLatch callback = new CountDownLatch(1);
        CountDownLatch called = new CountDownLatch(1);
        Thread owner = new Thread(() -> {
            try (TaskScope<String, String> scope = TaskScope.builder("race")
                    .policy(JoinPolicy.<String>anySuccessfulOrThrow())
                    .open()) {
                scope.token().onCancel(() -> {
                    called.countDown();
                    awaitIgnoringInterrupts(callback);
                    events.add("called back");
                });
                scope.fork(() -> "first");
                scope.join();
            } catch (InterruptedException unexpected) {
                events.add("interrupted");
            }
            events.add("closed");
        });
        owner.start();
        called.await();
        while (owner.getState() != Thread.State.TIMED_WAITING && owner.isAlive()) {
            Thread.onSpinWait();
        }
        callback.countDown();
        owner.join();

        assertThat(events).containsExactly("called back", "closed");
    }

    @Test
    void quorumCancelsTheOthers() throws InterruptedException {
        try (TaskScope<Integer, List<Integer>> scope = TaskScope.builder("quorum")
                .policy(JoinPolicy.<Integer>quorum(2))
                .open()) {
            scope.fork(() -> block().length());
            scope.fork(() -> {
                throw new IOException("one may fail");
            });
            scope.fork(() -> 1);
            scope.fork(() -> 2);

            assertThat(scope.join()).containsExactlyInAnyOrder(1, 2);
        }
    }

    @Test
    void allAreAwaitedWhateverBecomesOfThem() throws InterruptedException {
        try (TaskScope<String, List<Task<String>>> scope =
                TaskScope.builder("await").policy(JoinPolicy.<String>awaitAll()).open()) {
            Task<String> good = scope.fork(() -> "good");
            Task<String> bad = scope.fork(() -> {
                throw new IOException("bad");
            });

            assertThat(scope.join()).containsExactly(good, bad).allMatch(Task::isDone);
        }
    }

    @Test
    void deadlineCancels() throws InterruptedException {
        try (TaskScope<String, List<String>> scope = TaskScope.<String>builder("late")
                .deadline(Deadline.after(Duration.ofMillis(20)))
                .open()) {
            Task<String> task = scope.fork(this::block);

            assertThatExceptionOfType(FailedException.class)
                    .isThrownBy(scope::join)
                    .withCauseInstanceOf(TimeoutException.class);
            assertThat(task.token().cause()).isInstanceOf(TimeoutException.class);
        }
        assertThat(events).hasSizeLessThan(2);
    }

    @Test
    void cancelOfTheParentCancelsTheChildren() throws InterruptedException {
        IllegalStateException why = new IllegalStateException("shutting down");
        try (CancelSource parent = new CancelSource();
                TaskScope<String, List<String>> scope = TaskScope.<String>builder("child")
                        .parent(parent.token())
                        .open()) {
            Task<String> task = scope.fork(this::block);
            assertThat(parent.cancel(why)).isTrue();

            assertThatExceptionOfType(FailedException.class)
                    .isThrownBy(scope::join)
                    .withCause(why);
            assertThat(task.isCancelled()).isTrue();
            assertThat(scope.token().cause()).isSameAs(why);
        }
    }

    @Test
    void closeWaitsForChildrenAndThenClosesWhatIsOwnedTheLastFirst() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicReference<TaskScope<String, List<String>>> opened = new AtomicReference<>();
        Thread owner = new Thread(() -> {
            try (TaskScope<String, List<String>> scope =
                    TaskScope.<String>builder("owning").open()) {
                opened.set(scope);
                scope.own(() -> events.add("first closed"));
                scope.own(() -> events.add("last closed"));
                scope.fork(() -> {
                    begun.countDown();
                    awaitIgnoringInterrupts(mayEnd);
                    events.add("child ended");
                    return "";
                });
                awaitIgnoringInterrupts(begun);
                scope.cancel(new CancellationException("stop"));
                Thread.currentThread().interrupt();
            } finally {
                events.add(Thread.interrupted() ? "interrupt kept" : "interrupt lost");
            }
        });
        owner.start();
        begun.await();
        while (owner.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait(); // until it waits in close
        }
        assertThat(events).isEmpty();
        mayEnd.countDown();
        owner.join();

        assertThat(events).containsExactly("child ended", "last closed", "first closed", "interrupt kept");
        assertThatIllegalStateException()
                .isThrownBy(() -> opened.get().own(() -> {}))
                .withMessageContaining("is closed and can own nothing");
        assertThatIllegalStateException()
                .isThrownBy(() -> opened.get().fork(() -> ""))
                .withMessageContaining("is closed");
    }

    @Test
    void whatNoInterruptWakesIsClosedOnCancel() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket accepted = server.accept();
                TaskScope<Integer, List<Integer>> scope =
                        TaskScope.<Integer>builder("reading").platformThreads().open()) {
            CountDownLatch reading = new CountDownLatch(1);
            scope.closeOnCancel(client);
            scope.fork(() -> {
                reading.countDown();
                return client.getInputStream().read();
            });
            reading.await();
            scope.cancel(new CancellationException("enough"));

            assertThatExceptionOfType(FailedException.class).isThrownBy(scope::join);
            assertThat(accepted.isClosed()).isFalse();
        } // and the close comes back
    }

    @Test
    void forkAfterACancelNeverBegins() throws InterruptedException {
        AtomicInteger ran = new AtomicInteger();
        try (TaskScope<Integer, List<Integer>> scope =
                TaskScope.<Integer>builder("cancelled").open()) {
            assertThat(scope.cancel(new CancellationException("before"))).isTrue();
            assertThat(scope.cancel(new CancellationException("again"))).isFalse();
            Task<Integer> task = scope.fork(ran::incrementAndGet);

            assertThat(task.isCancelled()).isTrue();
            assertThat(task.isTerminated()).isTrue();
            assertThatExceptionOfType(FailedException.class)
                    .isThrownBy(scope::join)
                    .withMessageContaining("before");
        }
        assertThat(ran).hasValue(0);
    }

    @Test
    void closeWithoutJoinCancelsAndSaysSo() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);

        assertThatIllegalStateException()
                .isThrownBy(() -> {
                    try (TaskScope<String, List<String>> scope =
                            TaskScope.<String>builder("forgotten").open()) {
                        scope.fork(() -> {
                            begun.countDown();
                            return block();
                        });
                        begun.await();
                    }
                })
                .withMessageContaining("not joined");
        assertThat(events).containsExactly("interrupted");
    }

    @Test
    void failureOfWhatIsOwnedIsThrown() {
        IOException first = new IOException("first");
        IOException second = new IOException("second");

        assertThatExceptionOfType(FailedException.class)
                .isThrownBy(() -> {
                    try (TaskScope<String, List<String>> scope =
                            TaskScope.<String>builder("owning").open()) {
                        scope.own(() -> {
                            throw second;
                        });
                        scope.own(() -> {
                            throw first;
                        });
                    }
                })
                .withCause(first);
        assertThat(first.getSuppressed()).containsExactly(second);
    }

    @Test
    void resultsOfAFailedScopeAreDisposed() throws InterruptedException {
        try (TaskScope<String, List<String>> scope =
                TaskScope.<String>builder("failing").onUndelivered(events::add).open()) {
            Task<String> good = scope.fork(() -> "good");
            assertThat(good.awaitTerminated(Duration.ofSeconds(30))).isTrue();
            scope.fork(() -> {
                throw new IOException("bad");
            });

            assertThatExceptionOfType(FailedException.class).isThrownBy(scope::join);
            assertThat(events).isEmpty();
        }
        assertThat(events).containsExactly("good");
    }

    @Test
    void onlyTheOwnerJoinsAndCloses() throws InterruptedException {
        try (TaskScope<String, List<String>> scope =
                TaskScope.<String>builder("owned").open()) {
            Thread other = new Thread(() -> {
                assertThatIllegalStateException()
                        .isThrownBy(scope::join)
                        .withMessageContaining("only its owner may join");
                assertThatIllegalStateException()
                        .isThrownBy(scope::close)
                        .withMessageContaining("only its owner may close");
                events.add("refused");
                scope.fork(() -> "by another thread");
            });
            other.start();
            other.join();

            assertThat(scope.join()).containsExactly("by another thread");
        }
        assertThat(events).containsExactly("refused");
    }

    @Test
    void wrongArgumentsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> TaskScope.builder(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> JoinPolicy.quorum(0));
    }
}
