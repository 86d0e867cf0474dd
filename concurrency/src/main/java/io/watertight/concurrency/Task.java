package io.watertight.concurrency;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.concurrent.RunnableFuture;

/**
 * The future of work that was given to a {@link CancellableExecutor}. It always comes to an end: with a result, with what the
 * work threw, or cancelled, also when its executor refuses it, is closed, or is dropped.
 *
 * <p>A future that is cancelled is done at once, while the work may go on for a while; {@link #isTerminated()} says when it
 * does no more. Thread-safe; the methods that wait react to interruption as those of {@link java.util.concurrent.Future} do.
 *
 * @param <T> the result
 */
public interface Task<T> extends RunnableFuture<T> {
    /**
     * Cancels the work. If it has not begun it never will, and what it holds and its place are free when this returns. If it
     * runs, its token is cancelled, and its thread is interrupted if that is asked for: only while it runs this work, never
     * later. A result that comes nevertheless is not delivered; see {@link #onLate}.
     *
     * @param mayInterruptIfRunning whether to interrupt the thread that runs the work
     * @return true if this call decided; false if the work was done, or cancelled before
     */
    @Override
    @CanIgnoreReturnValue
    boolean cancel(boolean mayInterruptIfRunning);

    /**
     * Returns the token that is cancelled with this task.
     *
     * @return the same token each time
     */
    CancelToken token();

    /**
     * Says what to do with a result that comes after the task was cancelled: it is passed to the disposer, once, on the
     * thread that made it. Without one, a late result that can be closed is reported, because somebody else may use it too.
     * Declare it before anybody may cancel. What the disposer throws is reported.
     *
     * @param disposer ends a result, such as {@code Connection::close}
     * @return this task
     */
    @CanIgnoreReturnValue
    Task<T> onLate(LateDisposer<? super T> disposer);

    /**
     * Says whether the work does no more: it has ended, or never began.
     *
     * @return true from then on; a late result is disposed by then
     */
    boolean isTerminated();

    /**
     * Waits until the work does no more.
     *
     * @param timeout the longest wait
     * @return false if the work may still go on
     * @throws InterruptedException if the calling thread is interrupted while it waits
     */
    boolean awaitTerminated(Duration timeout) throws InterruptedException;

    /** Does nothing, unless it is the executor of this task that calls. */
    @Override
    void run();

    /**
     * Ends a result that nobody gets.
     *
     * @param <T> the result
     */
    @FunctionalInterface
    interface LateDisposer<T> {
        /**
         * Ends the result.
         *
         * @param result what the work returned
         * @throws Exception is reported
         */
        void dispose(T result) throws Exception;
    }
}
