package io.watertight.concurrency;

import io.watertight.guards.internal.Books;
import io.watertight.guards.internal.LibraryThreads;
import io.watertight.guards.internal.Texts;
import io.watertight.guards.internal.VirtualThreads;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Describes a {@link CancellableExecutor}. Not thread-safe; can be used again after {@link #build()}. */
public final class ExecutorBuilder {
    private static final Logger LOG = LoggerFactory.getLogger(CancellableExecutor.class);
    private static final int MOST = 1 << 29;

    private final String name;
    private final int threads;
    private final int queue;
    private boolean virtual;
    private boolean provesLoss;
    private SaturationPolicy saturation = SaturationPolicy.REJECT;
    private Duration saturationTimeout = Duration.ofSeconds(10);
    private Duration keepAlive = Duration.ofSeconds(10);
    private int recycleAfter = 10_000;
    private boolean daemon;
    private @Nullable ClassLoader contextClassLoader = ClassLoader.getSystemClassLoader();
    private Duration grace = Duration.ofSeconds(10);
    private Duration cancelTimeout = Duration.ofSeconds(5);
    private @Nullable Duration stuckAfter;
    private @Nullable Consumer<? super StuckReport> onStuck;
    private Watchdog watchdog = Watchdog.SHARED;

    private ExecutorBuilder(String name, int threads, int queue) {
        this.name = name;
        this.threads = threads;
        this.queue = queue;
    }

    static ThreadsStep named(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException(
                    "name must not be blank: it is how reports and threads name the executor");
        }
        return new ThreadsStep(name);
    }

    /** The first step: an executor has a bound to what runs. */
    public static final class ThreadsStep {
        private final String name;

        ThreadsStep(String name) {
            this.name = name;
        }

        /**
         * Sets how many tasks may run at once.
         *
         * @param atOnce 1 to 2^29
         * @return the next step
         * @throws IllegalArgumentException if {@code atOnce} is out of range
         */
        public QueueStep threads(int atOnce) {
            return new QueueStep(name, checkRange("threads", atOnce, 1));
        }
    }

    /** The second step: an executor has a bound to what waits. */
    public static final class QueueStep {
        private final String name;
        private final int threads;

        QueueStep(String name, int threads) {
            this.name = name;
            this.threads = threads;
        }

        /**
         * Sets how many tasks may wait while all threads are busy.
         *
         * @param places 0 to 2^29
         * @return the builder, with defaults for everything else
         * @throws IllegalArgumentException if {@code places} is out of range
         */
        public ExecutorBuilder queue(int places) {
            return new ExecutorBuilder(name, threads, checkRange("queue", places, 0));
        }
    }

    private static int checkRange(String what, int value, int least) {
        if (value < least || value > MOST) {
            throw new IllegalArgumentException(what + " must be " + least + " to " + MOST + ": " + value);
        }
        return value;
    }

    private static Duration checkNotNegative(String what, Duration duration) {
        if (Objects.requireNonNull(duration, what).isNegative()) {
            throw new IllegalArgumentException(what + " must not be negative: " + duration);
        }
        return duration;
    }

    /**
     * Runs each task on a virtual thread of its own; {@code threads} bounds how many there are at once. They are kept alive by
     * this executor, so that one that waits for something cannot vanish with its {@code finally} blocks unrun.
     *
     * @return this builder
     * @throws UnsupportedOperationException before Java 21
     */
    public ExecutorBuilder virtualThreads() {
        if (!VirtualThreads.isAvailable()) {
            throw new UnsupportedOperationException("virtualThreads needs Java 21 or newer, this is "
                    + Runtime.version().feature() + "; leave it out to use platform threads");
        }
        this.virtual = true;
        return this;
    }

    /**
     * Has virtual threads held weakly, so that one which waits for something that nobody else has any more is collected, and by
     * that proven to be lost: it is reported with the line that submitted its task, the task is cancelled, which runs the
     * callbacks of its token, and its place is free. Its {@code finally} blocks never run; without this they do not either, and
     * nobody knows.
     *
     * <p>The JVM holds all virtual threads by itself unless it runs with {@code -Djdk.trackAllThreads=false}. Without that
     * property this does nothing, and a warning says so.
     *
     * @return this builder
     */
    public ExecutorBuilder proveLostThreads() {
        this.provesLoss = true;
        return this;
    }

    /**
     * Sets what becomes of a task for which there is no room.
     *
     * @param policy {@link SaturationPolicy#REJECT} by default
     * @return this builder
     */
    public ExecutorBuilder onSaturation(SaturationPolicy policy) {
        this.saturation = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Sets how long to wait for room with {@link SaturationPolicy#WAIT}.
     *
     * @param timeout not negative; 10 seconds by default
     * @return this builder
     * @throws IllegalArgumentException if {@code timeout} is negative
     */
    public ExecutorBuilder saturationTimeout(Duration timeout) {
        this.saturationTimeout = checkNotNegative("timeout", timeout);
        return this;
    }

    /**
     * Sets how long a thread waits for a task before it ends; this is so for all of them.
     *
     * @param idle not negative; 10 seconds by default
     * @return this builder
     * @throws IllegalArgumentException if {@code idle} is negative
     */
    public ExecutorBuilder keepAlive(Duration idle) {
        this.keepAlive = checkNotNegative("idle", idle);
        return this;
    }

    /**
     * Sets after how many tasks a platform thread is replaced, which clears the thread-locals they left.
     *
     * @param tasks 1 or more; 10,000 by default
     * @return this builder
     * @throws IllegalArgumentException if {@code tasks} is less than 1
     */
    public ExecutorBuilder recycleAfter(int tasks) {
        if (tasks < 1) {
            throw new IllegalArgumentException("tasks must be 1 or more: " + tasks);
        }
        this.recycleAfter = tasks;
        return this;
    }

    /**
     * Sets whether platform threads are daemons, which do not keep the JVM alive.
     *
     * @param areDaemons false by default
     * @return this builder
     */
    public ExecutorBuilder daemon(boolean areDaemons) {
        this.daemon = areDaemons;
        return this;
    }

    /**
     * Sets the context class loader that each task begins with.
     *
     * @param loader the system class loader by default
     * @return this builder
     */
    public ExecutorBuilder contextClassLoader(@Nullable ClassLoader loader) {
        this.contextClassLoader = loader;
        return this;
    }

    /**
     * Sets how long {@link CancellableExecutor#close()} waits.
     *
     * @param forTasks not negative: before what is left is cancelled; 10 seconds by default
     * @param forCancelled not negative: after that; 5 seconds by default
     * @return this builder
     * @throws IllegalArgumentException if one is negative
     */
    public ExecutorBuilder closeTimeouts(Duration forTasks, Duration forCancelled) {
        this.grace = checkNotNegative("forTasks", forTasks);
        this.cancelTimeout = checkNotNegative("forCancelled", forCancelled);
        return this;
    }

    /**
     * Has a watchdog look at the tasks. One that runs for too long is reported to the log, with three looks at its thread, 100 ms
     * apart, that tell whether it is blocked or busy; so is a queue in which tasks wait for too long. Again when the age has
     * doubled, and at most eight times in {@code threshold}. A task costs no clock for that, and no allocation. There is one
     * watchdog for all executors, on a thread that is there while one of those that are watched has threads.
     *
     * <p>Ages are known to a quarter of the threshold, at most a second, and are never said too high. A queue is only reported
     * if it is slow for twice the threshold. Tasks that their submitter runs are not watched.
     *
     * @param threshold 1 ms or more; not watched by default
     * @return this builder
     * @throws IllegalArgumentException if {@code threshold} is less than 1 ms
     */
    public ExecutorBuilder stuckAfter(Duration threshold) {
        if (Objects.requireNonNull(threshold, "threshold").compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("threshold must be 1 ms or more: " + threshold);
        }
        this.stuckAfter = threshold;
        return this;
    }

    /**
     * Sets who is told, besides the log, what the watchdog has seen.
     *
     * @param listener called on a thread of its own, one report after the other; what it throws is logged. If it does not come
     *     after, reports are dropped
     * @return this builder
     */
    public ExecutorBuilder onStuck(Consumer<? super StuckReport> listener) {
        this.onStuck = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /** For tests that scan by hand. */
    ExecutorBuilder watchdog(Watchdog scannedByHand) {
        this.watchdog = scannedByHand;
        return this;
    }

    ExecutorSettings settings() {
        if (onStuck != null && stuckAfter == null) {
            throw new IllegalStateException(
                    "executor '" + name + "': onStuck without stuckAfter is never called; say after which time");
        }
        return new ExecutorSettings(
                name,
                threads,
                queue,
                virtual ? VirtualThreads::unstarted : LibraryThreads::daemon,
                virtual && provesLoss && VirtualThreads.mayVanish(),
                saturation,
                Texts.saturatedNanos(saturationTimeout),
                Texts.saturatedNanos(keepAlive),
                virtual ? 1 : recycleAfter,
                virtual || daemon, // virtual threads are nothing else
                contextClassLoader,
                Texts.saturatedNanos(grace),
                Texts.saturatedNanos(cancelTimeout),
                stuckAfter == null ? null : new WatchSettings(Texts.saturatedNanos(stuckAfter), onStuck, watchdog));
    }

    /**
     * Makes the executor. No thread is started before the first task.
     *
     * @return the executor: close it
     */
    public CancellableExecutor build() {
        if (provesLoss && !(virtual && VirtualThreads.mayVanish())) {
            LOG.warn(
                    "executor '{}': proveLostThreads does nothing: it needs virtualThreads() and a JVM started with"
                            + " -Djdk.trackAllThreads=false; threads that are lost stay, unreported",
                    name);
        }
        return TaskExecutor.open(settings(), Books::open);
    }
}
