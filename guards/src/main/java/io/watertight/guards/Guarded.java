package io.watertight.guards;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;

/**
 * Wraps resources in guarded ones of the same type, for code that needs the type and not a {@link Guard}.
 *
 * <p>A wrapper passes every call on and is as thread-safe as what it wraps. Whoever drops it without close is reported.
 * After close it refuses use. For anything else that closes, {@link Tracker#open(AutoCloseable)} gives a guard.
 */
public final class Guarded {
    private Guarded() {}

    /**
     * Guards an input stream.
     *
     * @param tracker where it is counted
     * @param stream the stream to guard; not to be used directly from here on
     * @return a stream that reads from it and closes it
     */
    @MustBeClosed
    public static InputStream inputStream(Tracker tracker, InputStream stream) {
        return new GuardedInputStream(tracker, stream, Long.MAX_VALUE);
    }

    /**
     * Guards an input stream and bounds what is read from it, so that a sender cannot fill the memory of a reader that
     * reads to the end.
     *
     * @param tracker where it is counted
     * @param stream the stream to guard; not to be used directly from here on
     * @param maxBytes the most bytes it may give; reading beyond throws {@link ByteLimitExceededException}
     * @return a stream that reads from it and closes it
     * @throws IllegalArgumentException if {@code maxBytes} is negative; the stream is closed
     */
    @MustBeClosed
    public static InputStream inputStream(Tracker tracker, InputStream stream, long maxBytes) {
        return new GuardedInputStream(tracker, stream, maxBytes);
    }

    /**
     * Guards an output stream.
     *
     * @param tracker where it is counted
     * @param stream the stream to guard; not to be used directly from here on
     * @return a stream that writes to it and closes it
     */
    @MustBeClosed
    public static OutputStream outputStream(Tracker tracker, OutputStream stream) {
        return new GuardedOutputStream(tracker, stream);
    }

    /**
     * Guards a file channel.
     *
     * @param tracker where it is counted
     * @param channel the channel to guard; not to be used directly from here on
     * @return a channel that passes everything on; locks it gives name the channel it wraps
     */
    @MustBeClosed
    public static FileChannel fileChannel(Tracker tracker, FileChannel channel) {
        return new GuardedFileChannel(tracker, channel);
    }

    /**
     * Guards anything closeable behind one of its interfaces: a JDBC connection, a byte channel.
     *
     * <p>After close every method is refused but {@code close}, {@code isClosed}, {@code isOpen} and those of
     * {@link Object}. A method that returns the resource itself returns the proxy.
     *
     * @param tracker where it is counted
     * @param type the interface
     * @param resource the resource to guard; not to be used directly from here on
     * @param <T> the interface
     * @return a proxy that passes every call on
     * @throws IllegalArgumentException if {@code type} is not an interface; the resource is closed
     */
    @MustBeClosed
    public static <T extends AutoCloseable> T proxy(Tracker tracker, Class<T> type, T resource) {
        return GuardedProxy.of(tracker, type, resource);
    }
}
