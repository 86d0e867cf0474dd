package io.watertight.benchmarks;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import io.watertight.benchmarks.Contest.Figure;
import io.watertight.concurrency.TimerHandle;
import io.watertight.concurrency.Timers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What a time-out costs that does not pass: it is set, and cancelled when as many others have been set since. */
final class TimerContests {
    private static final int TIMERS = 1_000;
    private static final int FEW = 1_000;
    private static final int MANY = 200_000;
    private static final int MOST = 1_000_000;
    private static final int NETTY_TICK_MILLIS = 10;
    private static final int NETTY_TICKS = 512;

    /** None passes while it is measured. */
    private static final Duration[] DELAYS =
            Stream.of(5, 7, 10, 30).map(Duration::ofMinutes).toArray(Duration[]::new);

    private static final long[] NANOS =
            Arrays.stream(DELAYS).mapToLong(Duration::toNanos).toArray();
    private static final Runnable ACTION = () -> {};

    private TimerContests() {}

    static List<Contest> all() {
        return List.of(rows("timer-1000", FEW), rows("timer-200000", MANY));
    }

    private static Contest rows(String name, int outstanding) {
        return new Contest(name, String.format("a timer set and cancelled, %,d outstanding", outstanding))
                .compares(Figure.CALLER, Figure.PROCESS)
                .row("**Watertight**", () -> ours(outstanding))
                .peer("Netty's HashedWheelTimer, 10 ms", () -> netty(outstanding))
                .peer("ScheduledThreadPoolExecutor, remove on cancel", () -> jdk(outstanding))
                .rowIf(
                        () -> ScheduledExecutorService.class.isAssignableFrom(ForkJoinPool.class),
                        "ForkJoinPool",
                        () -> forkJoin(outstanding));
    }

    private static Contender ours(int outstanding) throws Exception {
        Timers timers = Timers.builder("time-outs").maxPending(MOST).build();
        return new Ring<>(
                outstanding, delay -> timers.schedule(DELAYS[delay], ACTION), TimerHandle::cancel, timers::close);
    }

    private static Contender netty(int outstanding) throws Exception {
        HashedWheelTimer timer = new HashedWheelTimer(
                Executors.defaultThreadFactory(), NETTY_TICK_MILLIS, TimeUnit.MILLISECONDS, NETTY_TICKS, false);
        TimerTask task = timeout -> {};
        return new Ring<>(
                outstanding,
                delay -> timer.newTimeout(task, NANOS[delay], TimeUnit.NANOSECONDS),
                Timeout::cancel,
                timer::stop);
    }

    private static Contender jdk(int outstanding) throws Exception {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
        executor.setRemoveOnCancelPolicy(true);
        return executor(executor, outstanding);
    }

    private static Contender forkJoin(int outstanding) throws Exception {
        return executor((ScheduledExecutorService) (Object) new ForkJoinPool(1), outstanding); // since 25
    }

    private static Contender executor(ScheduledExecutorService executor, int outstanding) throws Exception {
        return new Ring<Future<?>>(
                outstanding,
                delay -> executor.schedule(ACTION, NANOS[delay], TimeUnit.NANOSECONDS),
                future -> future.cancel(false),
                () -> {
                    executor.shutdownNow();
                    executor.awaitTermination(1, TimeUnit.MINUTES);
                });
    }

    /** Sets a timer with one of the delays. */
    private interface Setter<T> {
        T set(int delay);
    }

    private static final class Ring<T> implements Contender {
        private final Object[] timers;
        private final Setter<T> setter;
        private final Predicate<T> cancel;
        private final AutoCloseable end;
        private int oldest;

        Ring(int outstanding, Setter<T> setter, Predicate<T> cancel, AutoCloseable end) {
            this.timers = new Object[outstanding];
            this.setter = setter;
            this.cancel = cancel;
            this.end = end;
            Arrays.setAll(timers, this::set);
        }

        private Object set(int at) {
            return setter.set(at % DELAYS.length);
        }

        @Override
        public int operations() {
            return TIMERS;
        }

        @Override
        @SuppressWarnings("unchecked") // an array of what the setter made
        public int run() {
            int cancelled = 0;
            int at = oldest;
            for (int i = 0; i < TIMERS; i++) {
                cancelled += cancel.test((T) timers[at]) ? 1 : 0;
                timers[at] = set(at);
                at = at + 1 == timers.length ? 0 : at + 1;
            }
            oldest = at;
            return cancelled;
        }

        @Override
        public void close() throws Exception {
            end.close();
        }
    }
}
