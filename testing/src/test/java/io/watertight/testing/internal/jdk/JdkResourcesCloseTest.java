package io.watertight.testing.internal.jdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.FileReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Scanner;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that is closed, in whatever way, is none of our business; and each resource is counted once. */
@SuppressWarnings("StreamResourceLeak") // the closes are what is tested
class JdkResourcesCloseTest {
    private static JdkResources watch;

    @TempDir
    static Path folder;

    private static Path file;

    @BeforeAll
    static void start() throws Exception {
        file = Files.writeString(folder.resolve("file"), "first\nsecond\n");
        Files.createDirectories(folder.resolve("tree/branch/twig"));
        watch = Watch.install();
    }

    @AfterAll
    static void end() {
        watch.close();
        assertThat(watch.failures()).isZero();
    }

    private record Way(String name, Watch.Body body) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Way> fileWays() {
        return Stream.of(
                new Way("input stream", () -> new FileInputStream(file.toFile()).close()),
                new Way("input stream, twice", JdkResourcesCloseTest::closeTwice),
                new Way(
                        "input stream's channel",
                        () -> new FileInputStream(file.toFile()).getChannel().close()),
                new Way("reader on a reader", () -> new BufferedReader(new FileReader(file.toFile(), UTF_8)).close()),
                new Way("scanner", () -> new Scanner(file.toFile(), UTF_8).close()),
                new Way("output stream", () -> new FileOutputStream(folder + "/out").close()),
                new Way("print writer", () -> new PrintWriter(folder + "/out", UTF_8).close()),
                new Way("random access file", () -> new RandomAccessFile(folder + "/out", "rw").close()),
                new Way(
                        "its channel",
                        () -> new RandomAccessFile(folder + "/out", "rw")
                                .getChannel()
                                .close()),
                new Way("channel", () -> FileChannel.open(file).close()),
                new Way("interrupted channel", JdkResourcesCloseTest::interruptedChannel),
                new Way(
                        "stream of the nio kind",
                        () -> Files.newInputStream(file).close()),
                new Way("byte channel", () -> Files.newByteChannel(file).close()),
                new Way("lines", () -> Files.lines(file).map(String::length).close()),
                new Way("list", () -> Files.list(folder).close()),
                new Way("walk in the middle", JdkResourcesCloseTest::walkInTheMiddle),
                new Way("walk to the end, unclosed", () -> Files.walk(folder).forEach(path -> {})),
                new Way(
                        "directory stream",
                        () -> Files.newDirectoryStream(folder).close()),
                new Way("directory stream's iterator", JdkResourcesCloseTest::iterate),
                new Way("everything at once", () -> Files.write(folder.resolve("copy"), Files.readAllBytes(file))),
                new Way("no such file", JdkResourcesCloseTest::noSuchFile),
                new Way("another thread", JdkResourcesCloseTest::closeOnAnotherThread),
                new Way("stream over a descriptor", JdkResourcesCloseTest::descriptor));
    }

    static Stream<Way> socketWays() {
        return Stream.of(
                new Way("server socket", () -> new ServerSocket(0).close()),
                new Way("unconnected socket", () -> new Socket().close()),
                new Way("unconnected socket, dropped: it has no descriptor yet", Socket::new),
                new Way("connection", JdkResourcesCloseTest::connection),
                new Way("refused connection", JdkResourcesCloseTest::refused),
                new Way("socket channel", () -> SocketChannel.open().close()),
                new Way("its socket", () -> SocketChannel.open().socket().close()),
                new Way(
                        "server socket channel",
                        () -> ServerSocketChannel.open().close()),
                new Way("its socket", () -> ServerSocketChannel.open().socket().close()),
                new Way("accepted channel", JdkResourcesCloseTest::acceptedChannel),
                new Way("datagram socket", () -> new DatagramSocket().close()),
                new Way("datagram channel", () -> DatagramChannel.open().close()),
                new Way("selector", () -> Selector.open().close()),
                new Way("registered channel", JdkResourcesCloseTest::registeredChannel));
    }

    static Stream<Way> executorWays() {
        return Stream.of(
                new Way("shutdown", () -> Executors.newFixedThreadPool(1).shutdown()),
                new Way("shutdownNow", () -> Executors.newCachedThreadPool().shutdownNow()),
                new Way("single", () -> Executors.newSingleThreadExecutor().shutdown()),
                new Way("scheduled", () -> Executors.newScheduledThreadPool(1).shutdown()),
                new Way(
                        "scheduled single",
                        () -> Executors.newSingleThreadScheduledExecutor().shutdownNow()),
                new Way("work stealing", () -> Executors.newWorkStealingPool(1).shutdown()),
                new Way("fork join", () -> new ForkJoinPool(1).shutdownNow()),
                new Way(
                        "common pool",
                        () -> ForkJoinPool.commonPool().submit(() -> {}).get()),
                new Way(
                        "parallel stream",
                        () -> IntStream.range(0, 100).parallel().forEach(number -> {})),
                new Way(
                        "delayer",
                        () -> CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS)
                                .execute(() -> {})),
                new Way("timer", () -> new Timer(true).cancel()),
                new Way("close, from 19 on", JdkResourcesCloseTest::closeExecutors),
                new Way("heap buffer", () -> ByteBuffer.allocate(10)));
    }

    @ParameterizedTest
    @MethodSource({"fileWays", "socketWays", "executorWays"})
    void saysNothingOfWhatIsClosed(Way way) throws Exception {
        Watch.Left left = Watch.over(way.body());

        assertThat(left.types()).as(left.sites().toString()).isEmpty();
        assertThat(left.reports()).isEmpty();
        assertThat(watch.isNothingOpen()).isTrue();
    }

    @Test
    void keepsNothingOfAThousandStreams() throws Exception {
        Watch.over(() -> {
            for (int i = 0; i < 1_000; i++) {
                new FileInputStream(file.toFile()).close();
            }
        });

        assertThat(watch.isNothingOpen()).isTrue();
    }

    @Test
    void countsAStreamAndItsChannelOnce() throws Exception {
        FileInputStream[] held = new FileInputStream[1];

        Watch.Left left = Watch.over(() -> {
            held[0] = new FileInputStream(file.toFile());
            held[0].getChannel().size();
        });
        held[0].close();

        assertThat(left.types()).containsExactly("java.io.FileInputStream");
    }

    @Test
    void countsAStreamOverATreeOnce() throws Exception {
        Stream<?>[] held = new Stream<?>[1];

        Watch.Left left = Watch.over(() -> {
            held[0] = Files.walk(folder.resolve("tree"));
            Iterator<?> entries = held[0].iterator();
            for (int depth = 0; depth < 3; depth++) {
                entries.next(); // a directory in the one before
            }
        });
        held[0].close();

        assertThat(left.types()).containsExactly("java.nio.file.DirectoryStream");
    }

    @Test
    void countsBothEndsOfAConnection() throws Exception {
        Socket[] held = new Socket[2];

        Watch.Left left = Watch.over(() -> {
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                held[0] = new Socket(server.getInetAddress(), server.getLocalPort());
                held[1] = server.accept();
            }
        });
        held[0].close();
        held[1].close();

        assertThat(left.types()).containsExactly("java.net.Socket", "java.net.Socket");
        assertThat(left.sites()).doesNotHaveDuplicates();
    }

    @Test
    void countsAnExecutorOnceThatWasLeftToItsWrapper() throws Exception {
        ExecutorService[] held = new ExecutorService[1];

        Watch.Left left = Watch.over(() -> {
            held[0] = Executors.unconfigurableExecutorService(Executors.newSingleThreadExecutor());
            held[0].submit(() -> {}).get();
        });
        held[0].shutdown();

        assertThat(left.types()).containsExactly("java.util.concurrent.ThreadPoolExecutor");
    }

    @Test
    void findsExecutorsOfVirtualThreadsWhereThereAreAny() throws Exception {
        if (Runtime.version().feature() < 21) {
            return;
        }
        ExecutorService[] held = new ExecutorService[1];

        Watch.Left left = Watch.over(() -> held[0] = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null));
        held[0].shutdown();

        assertThat(left.types()).containsExactly("java.util.concurrent.ThreadPerTaskExecutor");
        assertThat(left.sites().get(0)).contains("JdkResourcesCloseTest.java");
    }

    private static void closeTwice() throws IOException {
        InputStream stream = new FileInputStream(file.toFile());
        stream.close();
        stream.close();
    }

    private static void interruptedChannel() throws IOException {
        FileChannel channel = FileChannel.open(file);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
                    .isInstanceOf(ClosedByInterruptException.class);
        } finally {
            Thread.interrupted();
        }
    }

    private static void walkInTheMiddle() throws IOException {
        try (Stream<Path> walk = Files.walk(folder.resolve("tree"))) {
            walk.iterator().next();
        }
    }

    private static void iterate() throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(path -> {});
        }
    }

    private static void noSuchFile() {
        assertThatThrownBy(() -> new FileInputStream(new File("no such file")))
                .isInstanceOf(FileNotFoundException.class);
        assertThatThrownBy(() -> FileChannel.open(Path.of("no such file"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Files.list(Path.of("no such file"))).isInstanceOf(IOException.class);
    }

    private static void closeOnAnotherThread() throws Exception {
        FileInputStream stream = new FileInputStream(file.toFile());
        CompletableFuture.runAsync(() -> {
                    try {
                        stream.close();
                    } catch (IOException failure) {
                        throw new AssertionError(failure);
                    }
                })
                .get();
    }

    private static void descriptor() throws IOException {
        try (RandomAccessFile owner = new RandomAccessFile(file.toFile(), "r")) {
            assertThat(new FileInputStream(owner.getFD()).read()).isEqualTo('f');
        }
    }

    private static void connection() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
            Socket accepted = server.accept();
            client.getOutputStream().close();
            accepted.getInputStream().close();
        }
    }

    private static void refused() throws IOException {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port))
                .isInstanceOf(ConnectException.class);
    }

    private static void acceptedChannel() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (SocketChannel client = SocketChannel.open(server.getLocalAddress());
                    SocketChannel accepted = server.accept()) {
                assertThat(client.getLocalAddress()).isEqualTo(accepted.getRemoteAddress());
            }
        }
    }

    private static void registeredChannel() throws IOException {
        try (Selector selector = Selector.open();
                DatagramChannel channel = DatagramChannel.open()) {
            channel.configureBlocking(false);
            channel.register(selector, 1);
        }
    }

    private static void closeExecutors() throws Exception {
        if (Runtime.version().feature() < 19) {
            return;
        }
        ((AutoCloseable) (Object) Executors.newFixedThreadPool(1)).close();
        ((AutoCloseable) (Object) Executors.newSingleThreadExecutor()).close();
        ((AutoCloseable) (Object) new ForkJoinPool(1)).close();
        if (Runtime.version().feature() >= 21) {
            ((AutoCloseable) Executors.class
                            .getMethod("newVirtualThreadPerTaskExecutor")
                            .invoke(null))
                    .close();
        }
    }
}
