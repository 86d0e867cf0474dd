package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The examples of docs/concurrency.md. The last test checks that the page shows what runs here. */
class ConcurrencyExamplesTest {
    /** What no interrupt wakes: a reader waits until somebody closes it. */
    static final class Line implements AutoCloseable {
        private final CountDownLatch reading = new CountDownLatch(1);
        private final CountDownLatch closed = new CountDownLatch(1);
        private final String text;

        Line(String text) {
            this.text = text;
        }

        String read() {
            reading.countDown();
            if (text.isEmpty()) {
                boolean interrupted = false;
                while (closed.getCount() > 0) {
                    try {
                        closed.await();
                    } catch (InterruptedException ignored) {
                        interrupted = true;
                    }
                }
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            return text;
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    static final class Cache {
        void refresh() {}
    }

    private static Line connect() {
        return new Line("hello");
    }

    @Test
    void executor() throws Exception {
        try (CancellableExecutor readers =
                CancellableExecutor.builder("reader").threads(8).queue(256).build()) {
            Task<Line> task = readers.submit(token -> connect(), Deadline.after(Duration.ofSeconds(20)));
            task.onLate(Line::close);
            assertThat(task.get().read()).isEqualTo("hello");
        }
    }

    @Test
    void watchdog() throws Exception {
        List<StuckReport> reports = new CopyOnWriteArrayList<>();
        try (CancellableExecutor readers = CancellableExecutor.builder("reader")
                .threads(8)
                .queue(256)
                .stuckAfter(Duration.ofSeconds(30))
                .onStuck(reports::add)
                .build()) {
            assertThat(readers.submit(token -> connect()).get().read()).isEqualTo("hello");
        }
        assertThat(reports).isEmpty();
    }

    @Test
    void scope() throws Exception {
        try (TaskScope<String, List<String>> scope = TaskScope.<String>builder("page")
                .deadline(Deadline.after(Duration.ofSeconds(20)))
                .open()) {
            Line line = scope.own(connect());
            scope.fork(line::read);
            scope.fork(() -> "world");
            assertThat(scope.join()).containsExactly("hello", "world");
        }
    }

    @Test
    void tokenWakesWhatNoInterruptWakes() throws Exception {
        Line line = new Line("");
        try (CancellableExecutor readers =
                CancellableExecutor.builder("reader").threads(1).queue(1).build()) {
            Task<String> reading = readers.submit(token -> readUntilCancelled(token, line));
            line.reading.await();

            assertThat(reading.cancel(true)).isTrue();
            assertThat(reading.awaitTerminated(Duration.ofSeconds(30))).isTrue();
        }
    }

    @SuppressWarnings("try") // it is there to be closed
    private static String readUntilCancelled(CancelToken token, Line line) {
        try (CancelToken.Registration closing = token.onCancel(line::close)) {
            return line.read();
        }
    }

    @Test
    void timers() {
        Cache cache = new Cache();
        try (CancelSource source = new CancelSource()) {
            try (Timers timers = Timers.builder("cache").maxPending(100_000).build()) {
                TimerHandle stop = timers.schedule(Duration.ofSeconds(3), source::cancel);
                timers.every(cache, Duration.ofMinutes(1), Cache::refresh); // ends with the cache
                assertThat(timers.stats().pending()).isEqualTo(2);
                assertThat(stop.cancel()).isTrue();
                assertThat(timers.stats().pending()).isEqualTo(1);
            }
            assertThat(source.token().isCancelled()).isFalse();
        }
    }

    private static Line connect(Duration timeout) {
        assertThat(timeout).isLessThanOrEqualTo(Duration.ofSeconds(3));
        return connect();
    }

    @Test
    void retry() throws Exception {
        CancelToken token = CancelToken.never();
        Deadline deadline = Deadline.never();

        Retry retry = Retry.builder("stock")
                .attempts(4)
                .within(Duration.ofSeconds(3))
                .minAttempt(Duration.ofMillis(100))
                .budget(RetryBudget.of("stock", 10, 10, 100)) // 10 % of calls, 10 a second, 100 at once
                .build();
        String text = retry.call(
                token, deadline, (stop, end) -> connect(end.remaining()).read());

        assertThat(text).isEqualTo("hello");
    }

    @Test
    void thePageShowsWhatRunsHere() throws IOException {
        DocPage.assertShows("concurrency.md", ConcurrencyExamplesTest.class);
    }
}
