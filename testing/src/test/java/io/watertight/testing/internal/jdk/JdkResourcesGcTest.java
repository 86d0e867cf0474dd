package io.watertight.testing.internal.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.watertight.guards.LeakDetector;
import io.watertight.guards.Watertight;
import io.watertight.testing.AllowLeaks;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.RandomAccessFile;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is dropped is collected as without us, and proves the leak. */
@Tag("gc")
@SuppressWarnings({"StreamResourceLeak", "ModifiedButNotUsed"}) // what is leaked, and what only keeps something alive
@AllowLeaks(type = "thread", at = "HttpClient-", reason = "dropped clients end when they are collected, a little later")
class JdkResourcesGcTest {
    private static JdkResources watch;
    private static HttpServer server;

    @TempDir
    static Path folder;

    private static Path file;

    @BeforeAll
    static void start() throws Exception {
        file = Files.writeString(folder.resolve("file"), "first\nsecond\n");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write(new byte[5]);
            exchange.close();
        });
        server.start();
        watch = Watch.install();
    }

    @AfterAll
    static void end() {
        watch.close();
        server.stop(0);
        assertThat(watch.failures()).isZero();
    }

    private record Way(String type, Watch.Body body) {
        @Override
        public String toString() {
            return type;
        }
    }

    static Stream<Way> ways() {
        return Stream.of(
                new Way("java.io.FileInputStream", () -> new FileInputStream(file.toFile())),
                new Way("java.io.FileOutputStream", () -> new FileOutputStream(folder + "/out")),
                new Way("java.io.RandomAccessFile", () -> new RandomAccessFile(folder + "/out", "rw")),
                new Way("java.nio.channels.FileChannel", () -> FileChannel.open(file)),
                new Way("java.nio.channels.FileChannel", () -> Files.lines(file)),
                new Way("java.nio.file.DirectoryStream", () -> Files.list(folder)),
                new Way("java.net.ServerSocket", () -> new ServerSocket(0)),
                new Way("java.net.DatagramSocket", () -> new DatagramSocket()),
                new Way("java.nio.channels.SocketChannel", () -> SocketChannel.open()),
                new Way("java.nio.channels.ServerSocketChannel", () -> ServerSocketChannel.open()),
                new Way("java.nio.channels.DatagramChannel", () -> DatagramChannel.open()),
                new Way("java.nio.channels.Selector", () -> Selector.open()),
                new Way("java.util.concurrent.ThreadPoolExecutor", () -> Executors.newFixedThreadPool(1)),
                new Way("java.util.concurrent.ThreadPoolExecutor", JdkResourcesGcTest::usedSingleThreadExecutor),
                new Way("java.util.concurrent.ForkJoinPool", () -> new ForkJoinPool(1)),
                new Way("java.util.Timer", () -> new Timer("timer", true)),
                new Way("java.net.HttpURLConnection body", () -> uri().toURL().openStream()),
                new Way("java.net.http.HttpResponse body", JdkResourcesGcTest::body),
                new Way("java.net.http.HttpResponse body", JdkResourcesGcTest::laterBody));
    }

    /** The JDK shuts it down when the wrapper is collected: by the finalizer, or since 21 by a cleaner. */
    private static void usedSingleThreadExecutor() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        executor.submit(() -> {}).get();
    }

    private static URI uri() {
        return URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":"
                + server.getAddress().getPort());
    }

    private static void body() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        client.send(HttpRequest.newBuilder(uri()).build(), BodyHandlers.ofInputStream());
    }

    private static void laterBody() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        client.sendAsync(HttpRequest.newBuilder(uri()).build(), BodyHandlers.ofInputStream())
                .get();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void provesThatAResourceWasDropped(Way way) throws Exception {
        long before = leaked(way.type());

        Watch.over(way.body());

        assertThat(Collector.collectUntil(watch, () -> leaked(way.type()) == before + 1))
                .isTrue();
        assertThat(Watertight.outstanding().total(way.type())).isZero();
    }

    private static long leaked(String type) {
        return LeakDetector.of(type).sites().stream()
                .mapToLong(site -> site.stats().leaked())
                .sum();
    }

    @Test
    void aBufferIsOpenUntilItIsCollectedAndNeverALeak() throws Exception {
        List<ByteBuffer> held = new ArrayList<>();

        Watch.Left left = Watch.over(() -> {
            held.add(ByteBuffer.allocateDirect(1_000).slice(0, 10));
            ByteBuffer.allocateDirect(5_000);
        });
        Collector.collect(watch);

        assertThat(left.reports()).isEmpty();
        assertThat(Watertight.outstanding().total(JdkResources.DIRECT_BUFFER)).isOne();
        assertThat(Watertight.outstanding().entries())
                .filteredOn(entry -> entry.type().equals(JdkResources.DIRECT_BUFFER))
                .allSatisfy(entry -> {
                    assertThat(entry.bytes()).isEqualTo(1_000);
                    assertThat(entry.site()).contains("JdkResourcesGcTest.lambda$aBufferIsOpenUntilItIsCollected");
                });

        held.clear();
        Collector.collect(watch);

        assertThat(Watertight.outstanding().total(JdkResources.DIRECT_BUFFER)).isZero();
        assertThat(leaked(JdkResources.DIRECT_BUFFER)).isZero();
    }
}
