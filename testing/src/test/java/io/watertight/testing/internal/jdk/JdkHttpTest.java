package io.watertight.testing.internal.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.watertight.testing.AllowLeaks;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@AllowLeaks(
        type = "thread",
        at = "HttpClient-",
        reason = "until 21 clients have no close and end when they are collected")
class JdkHttpTest {
    private static final int LENGTH = 200_000;
    private static final String HTTP_BODY = "java.net.http.HttpResponse body";
    private static final String URL_BODY = "java.net.HttpURLConnection body";

    private static JdkResources watch;
    private static HttpServer server;
    private static ExecutorService workers;
    private static HttpClient client;
    private static URI uri;

    @BeforeAll
    static void start() throws Exception {
        workers = Executors.newFixedThreadPool(4);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/body", exchange -> answer(exchange, 200));
        server.createContext("/missing", exchange -> answer(exchange, 404));
        server.createContext("/empty", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.setExecutor(workers);
        server.start();
        uri = URI.create("http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":"
                + server.getAddress().getPort());
        client = HttpClient.newBuilder().executor(workers).build();
        watch = Watch.install();
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, LENGTH);
        try {
            exchange.getResponseBody().write(new byte[LENGTH]);
        } catch (IOException theClientHungUp) {
            // Which is what some of these tests do.
        } finally {
            exchange.close();
        }
    }

    @AfterAll
    static void end() throws Exception {
        watch.close();
        if (Runtime.version().feature() >= 21) {
            ((AutoCloseable) (Object) client).close();
        }
        server.stop(0);
        workers.shutdownNow();
        assertThat(watch.failures()).isZero();
    }

    private static HttpRequest request(String path) {
        return HttpRequest.newBuilder(uri.resolve(path)).build();
    }

    @Test
    void findsABodyThatIsNotRead() throws Exception {
        InputStream[] held = new InputStream[1];

        Watch.Left left = Watch.over(() -> held[0] =
                client.send(request("/body"), BodyHandlers.ofInputStream()).body());
        held[0].close();

        assertThat(left.types()).containsExactly(HTTP_BODY);
        assertThat(left.sites().get(0)).contains("JdkHttpTest.lambda$findsABodyThatIsNotRead$");
        assertThat(left.reports()).hasSize(1);
        assertThat(left.reports().get(0).acquiredAt())
                .anyMatch(frame -> frame.getMethodName().startsWith("lambda$findsABodyThatIsNotRead$"));
        assertThat(watch.isNothingOpen()).isTrue();
    }

    @Test
    void findsABodyThatIsReadInPart() throws Exception {
        InputStream[] held = new InputStream[1];

        Watch.Left left = Watch.over(() -> {
            held[0] =
                    client.send(request("/body"), BodyHandlers.ofInputStream()).body();
            held[0].readNBytes(10);
        });
        held[0].close();

        assertThat(left.types()).containsExactly(HTTP_BODY);
    }

    @Test
    void findsABodyThatCameLater() throws Exception {
        InputStream[] held = new InputStream[1];

        Watch.Left left = Watch.over(() -> {
            CompletableFuture<HttpResponse<InputStream>> coming =
                    client.sendAsync(request("/body"), BodyHandlers.ofInputStream());
            held[0] = coming.get().body();
        });
        held[0].close();

        assertThat(left.types()).containsExactly(HTTP_BODY);
        assertThat(left.sites().get(0)).contains("JdkHttpTest.lambda$findsABodyThatCameLater$");
        assertThat(left.reports().get(0).acquiredAt())
                .anyMatch(frame -> frame.getMethodName().startsWith("lambda$findsABodyThatCameLater$"));
        assertThat(watch.isNothingOpen()).isTrue();
    }

    @Test
    void saysNothingOfABodyThatIsClosedOrReadToItsEnd() throws Exception {
        Watch.Left left = Watch.over(() -> {
            client.send(request("/body"), BodyHandlers.ofInputStream()).body().close();
            assertThat(client.send(request("/body"), BodyHandlers.ofInputStream())
                            .body()
                            .readAllBytes())
                    .hasSize(LENGTH);
            InputStream single =
                    client.send(request("/body"), BodyHandlers.ofInputStream()).body();
            int count = 0;
            while (single.read() != -1) {
                count++;
            }
            assertThat(count).isEqualTo(LENGTH);
            assertThat(client.send(request("/body"), BodyHandlers.ofByteArray()).body())
                    .hasSize(LENGTH);
            client.send(request("/empty"), BodyHandlers.discarding());
        });

        assertThat(left.types()).as(left.sites().toString()).isEmpty();
        assertThat(watch.isNothingOpen()).isTrue();
    }

    @Test
    void saysNothingOfALaterBodyThatIsClosedOrReadToItsEnd() throws Exception {
        Watch.Left left = Watch.over(() -> {
            for (int i = 0; i < 20; i++) {
                client.sendAsync(request("/body"), BodyHandlers.ofInputStream())
                        .get()
                        .body()
                        .close();
                client.sendAsync(request("/body"), BodyHandlers.ofInputStream())
                        .thenAccept(response -> readAll(response.body()))
                        .get();
                client.sendAsync(request("/body"), BodyHandlers.ofString()).get();
            }
            awaitCompletions();
        });

        assertThat(left.types()).as(left.sites().toString()).isEmpty();
        assertThat(watch.isNothingOpen()).isTrue();
    }

    @Test
    void saysNothingOfAnExchangeThatFailed() throws Exception {
        URI nobody = URI.create("http://" + uri.getHost() + ":" + freePort());

        Watch.Left left = Watch.over(() -> {
            HttpRequest request = HttpRequest.newBuilder(nobody).build();
            assertThatThrownBy(() -> client.send(request, BodyHandlers.ofInputStream()))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> client.sendAsync(request, BodyHandlers.ofInputStream())
                            .join())
                    .isInstanceOf(CompletionException.class);
            awaitCompletions();
        });

        assertThat(left.types()).as(left.sites().toString()).isEmpty();
    }

    /** Whoever waits for a future is woken before what depends on it, ours for one, has run: in the common pool. */
    private static void awaitCompletions() {
        assertThat(ForkJoinPool.commonPool().awaitQuiescence(1, TimeUnit.MINUTES))
                .isTrue();
    }

    private static int freePort() throws IOException {
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void readAll(InputStream body) {
        try {
            body.readAllBytes();
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void findsAClientThatIsNotClosedWhereClientsHaveAClose() throws Exception {
        HttpClient[] held = new HttpClient[1];

        Watch.Left left = Watch.over(() -> {
            held[0] = HttpClient.newHttpClient();
            held[0].send(request("/body"), BodyHandlers.discarding());
        });

        if (Runtime.version().feature() < 21) {
            assertThat(left.types()).isEmpty();
        } else {
            assertThat(left.types()).containsExactly("java.net.http.HttpClient");
            ((AutoCloseable) (Object) held[0]).close();
        }
        assertThat(watch.isNothingOpen()).isTrue();
    }

    @Test
    void saysNothingOfAClientThatIsClosed() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21);

        Watch.Left left = Watch.over(() -> {
            for (String method : new String[] {"close", "shutdown", "shutdownNow"}) {
                HttpClient one = HttpClient.newHttpClient();
                one.send(request("/body"), BodyHandlers.ofByteArray());
                HttpClient.class.getMethod(method).invoke(one);
            }
        });

        assertThat(left.types()).as(left.sites().toString()).isEmpty();
    }

    @Test
    void aServerIsOneServerSocket() throws Exception {
        HttpServer[] held = new HttpServer[1];

        Watch.Left left = Watch.over(() -> {
            held[0] = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            held[0].start();
        });
        Watch.Left nothing = Watch.over(() -> {
            held[0].stop(0);
            HttpServer another = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            another.start();
            another.stop(0);
        });

        assertThat(left.types()).containsExactly("java.nio.channels.ServerSocketChannel");
        assertThat(nothing.types()).as(nothing.sites().toString()).isEmpty();
    }

    @Test
    void findsTheBodyOfAUrlThatIsNotRead() throws Exception {
        InputStream[] held = new InputStream[1];

        Watch.Left left =
                Watch.over(() -> held[0] = uri.resolve("/body").toURL().openStream());
        held[0].close();

        assertThat(left.types()).containsExactly(URL_BODY);
        assertThat(left.sites().get(0)).contains("JdkHttpTest.lambda$findsTheBodyOfAUrlThatIsNotRead$");
    }

    @Test
    void findsTheBodyOfAUrlThatAnsweredWithAnError() throws Exception {
        HttpURLConnection[] held = new HttpURLConnection[1];

        Watch.Left left = Watch.over(() -> {
            held[0] = connection("/missing");
            assertThat(held[0].getResponseCode()).isEqualTo(404);
        });
        held[0].getErrorStream().close();

        assertThat(left.types()).containsExactly(URL_BODY);
        assertThat(watch.isNothingOpen()).isTrue();
    }

    @Test
    void saysNothingOfTheBodyOfAUrlThatIsClosedReadOrDisconnected() throws Exception {
        Watch.Left left = Watch.over(() -> {
            connection("/body").getInputStream().close();
            connection("/body").getInputStream().readAllBytes();
            HttpURLConnection disconnected = connection("/body");
            disconnected.getResponseCode();
            disconnected.disconnect();
            assertThat(connection("/empty").getResponseCode()).isEqualTo(204);
            HttpURLConnection missing = connection("/missing");
            assertThat(missing.getResponseCode()).isEqualTo(404);
            missing.getErrorStream().readAllBytes();
        });

        assertThat(left.types()).as(left.sites().toString()).isEmpty();
        assertThat(watch.isNothingOpen()).isTrue();
    }

    private static HttpURLConnection connection(String path) throws IOException {
        return (HttpURLConnection) uri.resolve(path).toURL().openConnection();
    }
}
