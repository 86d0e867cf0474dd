package io.watertight.concurrency;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An {@link ExecutorService} that loses nothing: each task comes to an end, each result has somebody who gets or ends it, and
 * each thread goes when it is not needed.
 *
 * <p>What differs from {@link java.util.concurrent.ThreadPoolExecutor}, which is the model for the rest:
 *
 * <ul>
 *   <li>It is bounded: by its threads and the places in its queue. A task that is cancelled before it runs frees what it holds,
 *       its place included, before {@link Task#cancel} returns; one that is cancelled while it runs counts until it has ended.
 *   <li>{@link #shutdownNow} cancels: the futures of the tasks it returns are cancelled, those inside commands given to
 *       {@link #execute}, too, and so are those of the tasks that run.
 *   <li>An interrupt reaches the task it is meant for, or nobody.
 *   <li>{@link #close} waits for a bounded time, and says what it left behind.
 *   <li>What a command throws goes to the handler of its thread, which goes on. Each thread is replaced after a number of tasks,
 *       so that what they left in thread-locals goes; threads inherit nothing from who submits.
 * </ul>
 *
 * <p>Thread-safe. Submitting takes a lock for a moment and blocks only with {@link SaturationPolicy#WAIT}. An executor that is
 * dropped without being shut down is reported; what is queued is cancelled, what runs is after the grace that close gives, and
 * its threads go. A task that refers to its executor hides that.
 */
public interface CancellableExecutor extends ExecutorService, AutoCloseable {
    /**
     * Starts to describe an executor.
     *
     * @param name how reports and threads name it
     * @return the first step
     * @throws IllegalArgumentException if {@code name} is blank
     */
    static ExecutorBuilder.ThreadsStep builder(String name) {
        return ExecutorBuilder.named(name);
    }

    /**
     * Submits work that can be told to stop.
     *
     * @param work gets a token that is cancelled with the task
     * @param <T> the result
     * @return the task
     * @throws RejectedExecutionException if there is no room, or this is shut down
     */
    @CanIgnoreReturnValue
    <T> Task<T> submit(CancellableTask<T> work);

    /**
     * Submits work that has to be done in time. When its deadline passes it is cancelled and interrupted, whether it waits or
     * runs, with a {@link java.util.concurrent.TimeoutException} as the cause.
     *
     * @param work gets a token that is cancelled with the task
     * @param deadline until when, to 10 ms
     * @param <T> the result
     * @return the task
     * @throws RejectedExecutionException if there is no room, or this is shut down
     */
    @CanIgnoreReturnValue
    <T> Task<T> submit(CancellableTask<T> work, Deadline deadline);

    /**
     * Submits work.
     *
     * @param work what to do
     * @param <T> the result
     * @return the task
     * @throws RejectedExecutionException if there is no room, or this is shut down
     */
    @Override
    @CanIgnoreReturnValue
    <T> Task<T> submit(Callable<T> work);

    /**
     * Submits work that has no result of its own.
     *
     * @param work what to do
     * @param result what the task results in
     * @param <T> the result
     * @return the task
     * @throws RejectedExecutionException if there is no room, or this is shut down
     */
    @Override
    @CanIgnoreReturnValue
    <T> Task<T> submit(Runnable work, @Nullable T result);

    /**
     * Submits work that has no result.
     *
     * @param work what to do
     * @return the task; it results in null
     * @throws RejectedExecutionException if there is no room, or this is shut down
     */
    @Override
    @CanIgnoreReturnValue
    Task<?> submit(Runnable work);

    /**
     * Runs a command some time. If it is a future, it is cancelled when it is refused or handed back by {@link #shutdownNow}.
     *
     * @param command what to do; what it throws goes to the handler of its thread
     * @throws RejectedExecutionException if there is no room, or this is shut down
     */
    @Override
    void execute(Runnable command);

    /**
     * Accepts no more tasks, cancels those that wait, and cancels and interrupts those that run. Does not wait.
     *
     * @return what was waiting: the tasks, and the commands given to {@link #execute}
     */
    @Override
    @CanIgnoreReturnValue
    List<Runnable> shutdownNow();

    /**
     * Waits until this is shut down and no task runs any more.
     *
     * @param timeout the longest wait
     * @param unit its unit
     * @return false if a task may still run
     * @throws InterruptedException if the calling thread is interrupted while it waits
     * @throws IllegalStateException if a task of this executor calls, which would wait for itself
     */
    @Override
    @CanIgnoreReturnValue
    boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException;

    /**
     * Ends this executor within a bounded time: accepts no more tasks, waits for those there are, then cancels what is left and
     * waits again, each as long as the builder said. {@link #report()} has the outcome. An interrupt of the caller cuts nothing
     * short, and stays set. A task of this executor that calls this does not wait, as it would wait for itself: tasks are not
     * cancelled then.
     */
    @Override
    void close();

    /**
     * Returns how the close ended.
     *
     * @return the report; null before {@link #close} has returned
     */
    @Nullable
    ShutdownReport report();

    /**
     * Lists the tasks that run now, each with the stack of its thread.
     *
     * @return the tasks, those included that were cancelled and go on
     */
    List<ZombieTask> running();

    /**
     * Returns what this executor has done.
     *
     * @return the numbers now
     */
    ExecutorStats stats();

    /**
     * Returns the name.
     *
     * @return the name, as given to the builder
     */
    String name();
}
