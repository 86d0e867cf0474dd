package io.watertight.guards;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;

/** An input stream that must be closed, and may have a limit. Without a limit every method is the wrapped stream's own. */
final class GuardedInputStream extends InputStream {
    private final InputStream in;
    private final Guard<InputStream> guard;
    private final long limit;
    private long taken;
    private long takenAtMark;

    @SuppressWarnings("MustBeClosedChecker") // closed by close()
    GuardedInputStream(Tracker tracker, InputStream stream, long limit) {
        Objects.requireNonNull(tracker, "tracker");
        this.in = Objects.requireNonNull(stream, "stream");
        this.limit = limit;
        if (limit < 0) {
            throw FailedOpen.release(
                    stream,
                    InputStream::close,
                    new IllegalArgumentException("maxBytes must not be negative: " + limit));
        }
        this.guard = tracker.open(stream, InputStream::close);
    }

    /** From the thread that opened this stream to whoever uses it. */
    void handOver() {
        guard.handOver();
    }

    private boolean isLimited() {
        return limit != Long.MAX_VALUE;
    }

    private InputStream checked() throws IOException {
        if (!guard.isOpen()) {
            throw new IOException("stream is closed: read before close()");
        }
        guard.check();
        return in;
    }

    /** How much of {@code wanted} may still be read; at least 1, with which the end of the stream is told from too much. */
    private int allowed(int wanted) {
        return (int) Math.min(wanted, Math.max(1, limit - taken));
    }

    private void take(long count) throws IOException {
        taken += Math.max(0, count);
        if (taken > limit) {
            throw new ByteLimitExceededException(limit);
        }
    }

    @Override
    public int read() throws IOException {
        int value = checked().read();
        take(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        return isLimited() ? read(buffer, 0, buffer.length) : checked().read(buffer);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = checked().read(buffer, offset, allowed(length));
        take(count);
        return count;
    }

    @Override
    public byte[] readAllBytes() throws IOException {
        return isLimited() ? super.readAllBytes() : checked().readAllBytes();
    }

    @Override
    public byte[] readNBytes(int length) throws IOException {
        return isLimited() ? super.readNBytes(length) : checked().readNBytes(length);
    }

    @Override
    public int readNBytes(byte[] buffer, int offset, int length) throws IOException {
        return isLimited()
                ? super.readNBytes(buffer, offset, length)
                : checked().readNBytes(buffer, offset, length);
    }

    /** With a limit by reading: a stream may claim to have skipped what it does not have. */
    @Override
    public long skip(long count) throws IOException {
        return isLimited() ? super.skip(count) : checked().skip(count);
    }

    @Override
    public void skipNBytes(long count) throws IOException {
        if (isLimited()) {
            super.skipNBytes(count);
        } else {
            checked().skipNBytes(count);
        }
    }

    @Override
    public int available() throws IOException {
        return checked().available();
    }

    @Override
    public void mark(int readLimit) {
        in.mark(readLimit);
        takenAtMark = taken;
    }

    @Override
    public void reset() throws IOException {
        checked().reset();
        taken = takenAtMark;
    }

    @Override
    public boolean markSupported() {
        return in.markSupported();
    }

    @Override
    public long transferTo(OutputStream out) throws IOException {
        return isLimited() ? super.transferTo(out) : checked().transferTo(out);
    }

    @Override
    public void close() throws IOException {
        guard.closeIo();
    }

    @Override
    public String toString() {
        return "GuardedInputStream[" + guard + "]";
    }
}
