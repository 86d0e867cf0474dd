package io.watertight.examples;

import com.sun.net.httpserver.HttpExchange;
import io.watertight.guards.Evidence;
import io.watertight.guards.GuardedBodyHandlers;
import io.watertight.guards.LeakDetectorBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A response of an HTTP server of which only the status is looked at. */
final class HttpBodyWard implements Ward {
    private static final int CHUNK = 1 << 16;
    private static final int CHUNKS = 512; // more than the sockets and the client take in without a reader

    @Override
    public String pattern() {
        return "HTTP response body never closed";
    }

    @Override
    public String story() {
        return "A client looks at the status of a large response and forgets its body.";
    }

    @Override
    public String type() {
        return "response body";
    }

    /** The connection waits for its reader, and holds the body: the collector never finds it. */
    @Override
    public String evidence() {
        return Evidence.OVERDUE.name();
    }

    @Override
    public LeakDetectorBuilder settings(LeakDetectorBuilder detector, Duration limit) {
        return detector.overdueAfter(limit);
    }

    @Override
    public void leak(Room room) throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        LocalHttp http = room.afterwards(LocalHttp.start(exchange -> send(exchange, sent)));
        status(room, http);
        see(room, sent.await(200, TimeUnit.MILLISECONDS));
    }

    private static int status(Room room, LocalHttp http) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = http.get(GuardedBodyHandlers.ofInputStream(room.here()));
        room.forgotten(response.body());
        return response.statusCode();
    }

    @Override
    public void fix(Room room) throws Exception {
        CountDownLatch sent = new CountDownLatch(1);
        LocalHttp http = room.afterwards(LocalHttp.start(exchange -> send(exchange, sent)));
        HttpResponse<InputStream> response = http.get(GuardedBodyHandlers.ofInputStream(room.detector()));
        try (InputStream body = response.body()) {
            body.transferTo(OutputStream.nullOutputStream());
        }
        see(room, sent.await(20, TimeUnit.SECONDS));
    }

    private static void see(Room room, boolean sent) {
        room.see(!sent, sent ? "the server is done" : "the server is still busy with the response");
    }

    private static void send(HttpExchange exchange, CountDownLatch sent) throws IOException {
        exchange.sendResponseHeaders(200, (long) CHUNKS * CHUNK);
        byte[] chunk = new byte[CHUNK];
        try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < CHUNKS; i++) {
                out.write(chunk);
            }
        }
        sent.countDown();
    }
}
