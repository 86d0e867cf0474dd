package io.watertight.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** A baseline file, read as a whole and changed under a lock of this JVM and of the file: other JVMs write it, too. */
final class BaselineFile {
    private static final ReentrantLock LOCK = new ReentrantLock();

    private final Path path;

    BaselineFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** Empty if there is no file. */
    BaselineText read() {
        LOCK.lock();
        try {
            return BaselineText.parse(path.toString(), Files.exists(path) ? Files.readString(path) : "");
        } catch (IOException failure) {
            throw new UncheckedIOException("baseline '" + path + "': cannot be read", failure);
        } finally {
            LOCK.unlock();
        }
    }

    /** Replaces or adds entries and leaves all others as they are. */
    void merge(Map<BaselineEntry.Key, Double> bytes) {
        LOCK.lock();
        try {
            if (path.getParent() != null) {
                Files.createDirectories(path.getParent());
            }
            try (FileChannel channel = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                channel.lock(); // released with the channel
                BaselineText text = BaselineText.parse(path.toString(), content(channel));
                bytes.forEach(text::put);
                replace(channel, text.text());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("baseline '" + path + "': cannot be written", failure);
        } finally {
            LOCK.unlock();
        }
    }

    private static String content(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) channel.size());
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            // until the end
        }
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
    }

    private static void replace(FileChannel channel, String text) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        channel.position(0);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        channel.truncate(channel.position());
    }
}
