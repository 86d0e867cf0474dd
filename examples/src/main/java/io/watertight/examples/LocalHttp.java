package io.watertight.examples;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The HTTP server and the HTTP client of the JDK, talking to each other over the loopback interface. */
final class LocalHttp implements AutoCloseable {
    private final ExecutorService serverThreads = Executors.newCachedThreadPool();
    /** They are not shut down: the client needs them until it has seen the connection end. Idle ones go soon. */
    private final ExecutorService clientThreads =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 2, TimeUnit.SECONDS, new SynchronousQueue<>());

    private final HttpServer server;
    private final HttpClient client;

    private LocalHttp(HttpHandler handler) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        server.setExecutor(serverThreads);
        server.createContext("/", handler);
        server.start();
        client = HttpClient.newBuilder().executor(clientThreads).build();
    }

    static LocalHttp start(HttpHandler handler) throws IOException {
        return new LocalHttp(handler);
    }

    <T> HttpResponse<T> get(HttpResponse.BodyHandler<T> handler) throws IOException, InterruptedException {
        InetSocketAddress address = server.getAddress();
        URI uri = URI.create("http://" + address.getHostString() + ":" + address.getPort() + "/");
        return client.send(HttpRequest.newBuilder(uri).build(), handler);
    }

    /** Stops the server, which ends the connection. The client's own thread ends when the client was collected. */
    @Override
    public void close() {
        server.stop(0);
        serverThreads.shutdownNow();
    }
}
