package io.watertight.testing.internal.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.guards.Evidence;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.RandomAccessFile;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Timer;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("StreamResourceLeak") // what is found
class JdkResourcesTest {
    private static JdkResources watch;

    @TempDir
    static Path folder;

    private final List<Object> held = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        Files.writeString(folder.resolve("file"), "first\nsecond\n");
        watch = Watch.install();
    }

    @AfterAll
    static void end() {
        watch.close();
    }

    /** One way to open something: what reports call it, and how. */
    private record Way(String type, Callable<? extends Object> open) {
        @Override
        public String toString() {
            return type;
        }
    }

    static Stream<Way> ways() {
        return Stream.of(
                new Way(
                        "java.io.FileInputStream",
                        () -> new FileInputStream(folder.resolve("file").toFile())),
                new Way("java.io.FileOutputStream", () -> new FileOutputStream(folder + "/out", true)),
                new Way("java.io.RandomAccessFile", () -> new RandomAccessFile(folder + "/out", "rw")),
                new Way("java.nio.channels.FileChannel", () -> FileChannel.open(folder.resolve("file"))),
                new Way("java.nio.channels.FileChannel", () -> Files.newInputStream(folder.resolve("file"))),
                new Way("java.nio.channels.FileChannel", () -> Files.newByteChannel(folder.resolve("file"))),
                new Way("java.nio.channels.FileChannel", () -> Files.lines(folder.resolve("file"))),
                new Way("java.nio.file.DirectoryStream", () -> Files.newDirectoryStream(folder)),
                new Way("java.nio.file.DirectoryStream", () -> Files.list(folder)),
                new Way("java.nio.file.DirectoryStream", () -> Files.walk(folder)),
                new Way("java.net.ServerSocket", () -> new ServerSocket(0)),
                new Way("java.net.DatagramSocket", () -> new DatagramSocket()),
                new Way("java.nio.channels.SocketChannel", () -> SocketChannel.open()),
                new Way("java.nio.channels.ServerSocketChannel", () -> ServerSocketChannel.open()),
                new Way("java.nio.channels.DatagramChannel", () -> DatagramChannel.open()),
                new Way("java.nio.channels.Selector", () -> Selector.open()),
                new Way("java.util.concurrent.ThreadPoolExecutor", () -> Executors.newFixedThreadPool(1)),
                new Way("java.util.concurrent.ThreadPoolExecutor", () -> Executors.newSingleThreadExecutor()),
                new Way("java.util.concurrent.ScheduledThreadPoolExecutor", () -> Executors.newScheduledThreadPool(1)),
                new Way("java.util.concurrent.ForkJoinPool", () -> new ForkJoinPool(1)),
                new Way("java.util.Timer", () -> new Timer("timer", true)),
                new Way("java.nio.DirectByteBuffer", () -> ByteBuffer.allocateDirect(10)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void findsWhatIsLeftOpenWithTheLineThatOpenedIt(Way way) throws Exception {
        Watch.Left left = Watch.over(() -> held.add(way.open().call()));

        close(held.get(0));
        assertThat(left.types()).containsExactly(way.type());
        assertThat(left.sites().get(0)).startsWith("io.watertight.testing.internal.jdk.JdkResourcesTest.lambda$ways$");
        assertThat(left.reports()).hasSize(way.type().equals(JdkResources.DIRECT_BUFFER) ? 0 : 1);
        assertThat(left.reports()).allSatisfy(report -> {
            assertThat(report.evidence()).isEqualTo(Evidence.SCOPE_END);
            assertThat(report.acquiredAt())
                    .anyMatch(frame -> left.sites().get(0).equals(label(frame)))
                    .anyMatch(frame -> frame.getMethodName().startsWith("findsWhatIsLeftOpen"));
        });
        assertThat(watch.failures()).isZero();
    }

    private static String label(StackTraceElement frame) {
        return frame.getClassName() + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
                + frame.getLineNumber() + ")";
    }

    private static void close(Object resource) throws Exception {
        if (resource instanceof ExecutorService executor) {
            executor.shutdownNow();
        } else if (resource instanceof Timer timer) {
            timer.cancel();
        } else if (resource instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }
}
