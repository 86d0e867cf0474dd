package io.watertight.concurrency;

/**
 * Work that can be told to stop.
 *
 * @param <T> the result
 */
@FunctionalInterface
public interface CancellableTask<T> {
    /**
     * Does the work.
     *
     * @param token says when to stop; also reaches what an interrupt cannot wake, by {@link CancelToken#onCancel}
     * @return the result
     * @throws Exception if it fails; the task's future has it then
     */
    T call(CancelToken token) throws Exception;
}
