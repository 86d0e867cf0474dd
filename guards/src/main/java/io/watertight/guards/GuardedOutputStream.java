package io.watertight.guards;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** An output stream that must be closed. */
final class GuardedOutputStream extends OutputStream {
    private final OutputStream out;
    private final Guard<OutputStream> guard;

    @SuppressWarnings("MustBeClosedChecker") // closed by close()
    GuardedOutputStream(Tracker tracker, OutputStream stream) {
        Objects.requireNonNull(tracker, "tracker");
        this.out = Objects.requireNonNull(stream, "stream");
        this.guard = tracker.open(stream, OutputStream::close);
    }

    private OutputStream checked() throws IOException {
        if (!guard.isOpen()) {
            throw new IOException("stream is closed: write before close()");
        }
        guard.check();
        return out;
    }

    @Override
    public void write(int value) throws IOException {
        checked().write(value);
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        checked().write(bytes);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        checked().write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        checked().flush();
    }

    @Override
    public void close() throws IOException {
        guard.closeIo();
    }

    @Override
    public String toString() {
        return "GuardedOutputStream[" + guard + "]";
    }
}
