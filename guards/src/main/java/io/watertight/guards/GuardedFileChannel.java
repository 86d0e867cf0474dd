package io.watertight.guards;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A file channel that must be closed. */
final class GuardedFileChannel extends FileChannel {
    private final FileChannel channel;
    private final Guard<FileChannel> guard;

    @SuppressWarnings("MustBeClosedChecker") // closed by implCloseChannel()
    GuardedFileChannel(Tracker tracker, FileChannel channel) {
        Objects.requireNonNull(tracker, "tracker");
        this.channel = Objects.requireNonNull(channel, "channel");
        this.guard = tracker.open(channel, FileChannel::close);
    }

    /** Asks the guard and not the wrapped channel, which is still open if its close failed. */
    private FileChannel checked() throws ClosedChannelException {
        if (!guard.isOpen()) {
            throw new ClosedChannelException();
        }
        guard.check();
        return channel;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return checked().read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        return checked().read(targets, offset, length);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return checked().read(target, position);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return checked().write(source);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        return checked().write(sources, offset, length);
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        return checked().write(source, position);
    }

    @Override
    public long position() throws IOException {
        return checked().position();
    }

    @Override
    public FileChannel position(long newPosition) throws IOException {
        checked().position(newPosition);
        return this;
    }

    @Override
    public long size() throws IOException {
        return checked().size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        checked().truncate(size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        checked().force(metaData);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        return checked().transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
        return checked().transferFrom(source, position, count);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        return checked().map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return checked().lock(position, size, shared);
    }

    @Override
    public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return checked().tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        guard.closeIo();
    }

    @Override
    public String toString() {
        return "GuardedFileChannel[" + guard + "]";
    }
}
