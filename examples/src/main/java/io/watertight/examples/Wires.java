package io.watertight.examples;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** The far ends of real connections over the loopback address. */
final class Wires implements AutoCloseable {
    private static final int HELLO = 1;
    private static final int BACKLOG = 50;

    private final ServerSocket server;
    private final List<Socket> farEnds = new ArrayList<>();

    private Wires(ServerSocket server) {
        this.server = server;
    }

    static Wires open() throws IOException {
        return new Wires(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
    }

    /** Makes a connection whose far end has said hello, and returns the near end. */
    Socket connect() throws IOException {
        Socket farEnd = new Socket(server.getInetAddress(), server.getLocalPort());
        farEnds.add(farEnd);
        farEnd.setSoLinger(true, 0); // so that its close is a reset
        farEnd.getOutputStream().write(HELLO);
        return server.accept();
    }

    /** Cuts all connections at once. */
    void cut() throws IOException {
        for (Socket farEnd : farEnds) {
            farEnd.close();
        }
        farEnds.clear();
    }

    @Override
    public void close() throws IOException {
        cut();
        server.close();
    }
}
