package io.watertight.testing;

import static io.watertight.testing.LeakyGround.here;
import static io.watertight.testing.LeakyGround.untilTheEnd;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.Timer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that leave resources of the JDK behind, which nobody guards. */
final class LeakyJdk {
    private static final Queue<Closeable> HELD = new ConcurrentLinkedQueue<>();
    private static final Queue<ByteBuffer> BUFFERS = new ConcurrentLinkedQueue<>();

    private LeakyJdk() {}

    private static void keep(Closeable resource) {
        HELD.add(resource);
    }

    static void tidyUp() throws IOException {
        for (Closeable resource = HELD.poll(); resource != null; resource = HELD.poll()) {
            resource.close();
        }
        BUFFERS.clear();
    }

    @NoLeaks(jdkResources = true)
    static class EveryKindOfTheJdk {
        @TempDir
        static Path directory;

        private static ExecutorService ofTheClass;

        @BeforeAll
        static void open() {
            ofTheClass = Executors.newCachedThreadPool();
        }

        @AfterAll
        static void close() {
            ofTheClass.shutdownNow();
        }

        @Test
        void leavesAStream() throws IOException {
            Path file = Files.writeString(directory.resolve("stream"), "text");
            keep(here(Files.newInputStream(file)));
        }

        @Test
        void leavesASocket() throws IOException {
            keep(here(new ServerSocket(0, 1, InetAddress.getLoopbackAddress())));
        }

        @Test
        void leavesASelector() throws IOException {
            keep(here(Selector.open()));
        }

        @Test
        void leavesAnExecutor() throws Exception {
            ExecutorService executor = untilTheEnd(here(Executors.newFixedThreadPool(1)));
            executor.submit(() -> {}).get();
        }

        @Test
        void leavesATimer() {
            untilTheEnd(here(new Timer("left", true)));
        }

        @Test
        void keepsABuffer() {
            BUFFERS.add(here(ByteBuffer.allocateDirect(1_024)));
        }

        @Test
        void leavesNothing() throws Exception {
            ByteBuffer.allocateDirect(1_024).put((byte) 1);
            ofTheClass.submit(() -> {}).get();
            Path file = Files.writeString(directory.resolve("nothing"), "text");
            try (Stream<String> lines = Files.lines(file)) {
                List<String> read = lines.toList();
                if (read.size() != 1) {
                    throw new AssertionError(read);
                }
            }
        }
    }
}
