package io.watertight.guards;

/**
 * A source of elapsed time in nanoseconds, injected wherever this library measures time so that tests need no sleeps.
 *
 * <p>Only differences between two readings mean anything. Implementations must be thread-safe, must not block and must
 * not go backwards.
 */
@FunctionalInterface
public interface Ticker {
    /**
     * Returns the current reading.
     *
     * @return nanoseconds since an arbitrary origin
     */
    long nanos();

    /**
     * Returns the ticker that reads {@link System#nanoTime()}.
     *
     * @return the system ticker
     */
    static Ticker system() {
        return System::nanoTime;
    }
}
