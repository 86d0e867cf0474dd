package io.watertight.guards;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GuardedBodyHandlersTest {
    private static final int SIZE = 100_000;

    private final TestRegistry test = new TestRegistry();
    private final Site site = test.detector("body").site("GuardedBodyHandlersTest");
    private final HttpClient client = HttpClient.newHttpClient();
    private ServerSocket server;

    /** As much of HTTP as a body of a given size takes; the JDK's own server is in a module that this one does not read. */
    @BeforeEach
    void startServer() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "test-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                BufferedReader request = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
                int size = Integer.parseInt(request.readLine().split(" ", -1)[1].substring(1));
                while (!request.readLine().isEmpty()) {
                    Thread.onSpinWait();
                }
                OutputStream response = socket.getOutputStream();
                response.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
                response.write(new byte[size]);
            } catch (IOException clientOrTestHasGone) {
                // The next client, or the end.
            }
        }
    }

    @AfterEach
    void stopServer() throws IOException {
        server.close();
    }

    private HttpResponse<InputStream> get(int size, BodyHandler<InputStream> handler) throws Exception {
        URI uri = URI.create(
                "http://" + server.getInetAddress().getHostAddress() + ":" + server.getLocalPort() + "/" + size);
        return client.send(HttpRequest.newBuilder(uri).build(), handler);
    }

    @Test
    void bodyIsReadAndCountedUntilItIsClosed() throws Exception {
        HttpResponse<InputStream> response = get(SIZE, GuardedBodyHandlers.ofInputStream(site));
        assertThat(site.stats().outstanding()).isEqualTo(1);

        try (InputStream body = response.body()) {
            assertThat(body.readAllBytes()).hasSize(SIZE);
        }

        assertThat(site.stats().outstanding()).isZero();
        assertThat(site.stats().released()).isEqualTo(1);
    }

    @Test
    void oneHandlerServesManyResponses() throws Exception {
        BodyHandler<InputStream> handler = GuardedBodyHandlers.ofInputStream(site);
        InputStream first = get(10, handler).body();
        InputStream second = get(20, handler).body();

        assertThat(site.stats().outstanding()).isEqualTo(2);
        assertThat(first.readAllBytes()).hasSize(10);
        assertThat(second.readAllBytes()).hasSize(20);
        first.close();
        second.close();

        assertThat(site.stats().outstanding()).isZero();
    }

    @Test
    void bodyThatIsReadToItsEndAndNotClosedIsStillOutstanding() throws Exception {
        InputStream body = get(SIZE, GuardedBodyHandlers.ofInputStream(site)).body();

        body.readAllBytes();

        assertThat(site.stats().outstanding()).isEqualTo(1);
        body.close();
    }

    @Test
    void droppedBodyIsReported() throws Exception {
        InputStream body = get(SIZE, GuardedBodyHandlers.ofInputStream(site)).body();

        site.table().forEach(LeakRecord::enqueue);
        test.registry.pump();

        assertThat(test.reports).hasSize(1);
        assertThat(test.reports.get(0).evidence()).isEqualTo(Evidence.GC_PROVEN);
        assertThat(test.reports.get(0).type()).isEqualTo("body");
        body.close();
    }

    @Test
    void bodyOfExactlyTheLimitIsFine() throws Exception {
        try (InputStream body =
                get(SIZE, GuardedBodyHandlers.ofInputStream(site, SIZE)).body()) {
            assertThat(body.readAllBytes()).hasSize(SIZE);
        }
    }

    @Test
    void bodyBeyondTheLimitThrows() throws Exception {
        try (InputStream body =
                get(SIZE + 1, GuardedBodyHandlers.ofInputStream(site, SIZE)).body()) {
            assertThatThrownBy(body::readAllBytes)
                    .isInstanceOf(ByteLimitExceededException.class)
                    .hasMessageContaining(String.valueOf(SIZE));
        }

        assertThat(site.stats().outstanding()).isZero();
    }

    @Test
    void useAfterCloseIsRefused() throws Exception {
        InputStream body = get(SIZE, GuardedBodyHandlers.ofInputStream(site)).body();
        body.close();

        assertThatThrownBy(body::read).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }

    @Test
    void negativeLimitIsRefusedBeforeAnyRequest() {
        assertThatThrownBy(() -> GuardedBodyHandlers.ofInputStream(site, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxBytes must not be negative: -1");
    }
}
