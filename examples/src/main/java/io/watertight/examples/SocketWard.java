package io.watertight.examples;

import io.watertight.guards.Evidence;
import io.watertight.guards.Guard;
import io.watertight.guards.LeakDetectorBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** A socket in a correct try-with-resources statement that never ends, because the other side says nothing. */
final class SocketWard implements Ward {
    private static final int FOR_EVER = 0;
    private static final int TIMEOUT_MILLIS = 50;

    @Override
    public String pattern() {
        return "socket reader blocked for ever";
    }

    @Override
    public String story() {
        return "A client waits without a time-out for a server that never answers.";
    }

    @Override
    public String type() {
        return "client socket";
    }

    @Override
    public String evidence() {
        return Evidence.OVERDUE.name();
    }

    @Override
    public LeakDetectorBuilder settings(LeakDetectorBuilder detector, Duration limit) {
        return detector.overdueAfter(limit);
    }

    /** The report must show the holder in the middle of its read. */
    @Override
    public boolean confirms(Finding finding) {
        return finding.holderNow().stream()
                        .anyMatch(frame -> frame.getMethodName().equals("read"))
                && finding.holderNow().stream()
                        .anyMatch(frame -> frame.getMethodName().equals("readFrom"));
    }

    @Override
    public void leak(Room room) throws IOException {
        Thread reader = readFromSilentServer(room, FOR_EVER);
        boolean ended = Patience.until(() -> !reader.isAlive(), Duration.ofMillis(200));
        room.see(!ended, "after 200 ms the reader is still waiting");
    }

    @Override
    public void fix(Room room) throws IOException {
        Thread reader = readFromSilentServer(room, TIMEOUT_MILLIS);
        boolean ended = Patience.until(() -> !reader.isAlive(), Patience.LONG);
        room.see(!ended, "the reader gave up after " + TIMEOUT_MILLIS + " ms");
    }

    private static Thread readFromSilentServer(Room room, int timeoutMillis) throws IOException {
        ServerSocket server = room.afterwards(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        Thread reader = room.thread("clinic-reader", () -> readFrom(room, server.getLocalPort(), timeoutMillis));
        room.afterwards(server.accept());
        return reader;
    }

    private static void readFrom(Room room, int port, int timeoutMillis) {
        try (Guard<Socket> socket = room.here().open(new Socket(InetAddress.getLoopbackAddress(), port))) {
            socket.get().setSoTimeout(timeoutMillis);
            socket.get().getInputStream().read();
        } catch (SocketTimeoutException expected) {
            // The fix: nobody answered, and the socket is closed.
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
