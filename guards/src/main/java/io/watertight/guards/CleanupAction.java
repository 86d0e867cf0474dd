package io.watertight.guards;

/**
 * Releases one resource.
 *
 * <p>Give an action that captures nothing ({@code InputStream::close}, {@code fd -> free(fd)}): the resource is handed
 * in. It runs at most once, on the thread that closes the guard, or, if the type reclaims, on a thread of this library;
 * no lock of this library is held.
 *
 * @param <T> the resource
 */
@FunctionalInterface
public interface CleanupAction<T> {
    /**
     * Releases the resource.
     *
     * @param resource what to release
     * @throws Exception if it could not be released; reported as {@link Evidence#CLOSE_FAILED} and passed on
     */
    void run(T resource) throws Exception;
}
