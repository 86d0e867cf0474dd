package io.watertight.guards;

/**
 * The temporary right to use a value that somebody must get back.
 *
 * <p>A lease is closed exactly once, by whoever owns it. {@link #close()} may come from any thread; a second call has no
 * effect, is counted, and throws where the type is {@link TrackingLevel#STRICT}.
 *
 * @param <T> the value
 */
public interface Lease<T> extends AutoCloseable {
    /**
     * Returns the value.
     *
     * @return the value, valid until this lease is closed
     * @throws IllegalStateException if this lease is closed
     */
    T get();

    /**
     * Says whether this lease is still open; another thread may close it at any moment.
     *
     * @return true until the first close begins
     */
    boolean isOpen();

    /** Gives the value back. Never throws a checked exception. */
    @Override
    void close();
}
