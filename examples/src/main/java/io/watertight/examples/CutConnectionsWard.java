package io.watertight.examples;

import io.watertight.concurrency.Channel;
import io.watertight.concurrency.JoinPolicy;
import io.watertight.concurrency.Receiver;
import io.watertight.concurrency.Sender;
import io.watertight.concurrency.TaskScope;
import io.watertight.guards.Evidence;
import io.watertight.guards.Guard;
import io.watertight.guards.LeakDetectorBuilder;
import io.watertight.guards.TrackingLevel;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server with a reader and a writer for each of its connections, which are cut at once.
 *
 * <p>There are 3,000 where threads are virtual, and 1,000 where each takes about a millisecond to begin and end; as many as
 * {@code -Dclinic.connections} says, if it does; but never more than the machine allows.
 */
final class CutConnectionsWard implements Ward {
    private static final int ON_PLATFORM_THREADS = Integer.getInteger("clinic.connections", 1_000);
    private static final int ON_VIRTUAL_THREADS = Integer.getInteger("clinic.connections", 3_000);
    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

    private static final int END = -1;
    private static final int STACK_BYTES = 128 << 10;
    /** It takes its time to make so many connections. */
    private static final int PATIENCE = 3;

    @Override
    public String pattern() {
        return "connections cut at once";
    }

    @Override
    public String story() {
        return "At the cut, readers report to a queue that nobody serves any more, and writers go on waiting for theirs.";
    }

    @Override
    public String type() {
        return "server connection";
    }

    @Override
    public String evidence() {
        return Evidence.OVERDUE.name();
    }

    /** Every single one is to know its line, and not only the first 1,024. */
    @Override
    public LeakDetectorBuilder settings(LeakDetectorBuilder detector, Duration limit) {
        return detector.level(TrackingLevel.FULL).overdueAfter(limit.multipliedBy(PATIENCE));
    }

    /** The report must show the writer where it waits for its queue; a busy machine may not have brought it so far. */
    @Override
    public boolean confirms(Finding finding) {
        return finding.holderNow().stream()
                .anyMatch(frame -> frame.getMethodName().equals("writeFrom"));
    }

    /** What can be seen of a server from outside: its threads and its sockets. */
    private static final class Traces {
        private final long socketsBefore = Capacity.sockets();
        private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
        private final AtomicInteger greeted = new AtomicInteger();
        private final AtomicInteger ended = new AtomicInteger();

        void enter() {
            threads.add(Thread.currentThread());
        }

        long threads() {
            return threads.stream().filter(Thread::isAlive).count();
        }

        long sockets() {
            return Capacity.sockets() - socketsBefore;
        }

        /** Waits until each connection has two threads, and its reader has met the far end. */
        void await(int connections) {
            if (!Patience.until(() -> greeted.get() == connections && threads() == 2L * connections, Patience.LONG)) {
                throw new IllegalStateException(
                        threads() + " threads and " + greeted + " greetings for " + connections + " connections");
            }
        }

        void interruptAll() {
            threads.forEach(Thread::interrupt);
            if (!Patience.until(() -> threads() == 0, Patience.LONG)) {
                throw new IllegalStateException(threads() + " threads do not end");
            }
        }
    }

    @Override
    public void leak(Room room) throws IOException {
        int connections = Capacity.connections(ON_PLATFORM_THREADS);
        Wires wires = room.afterwards(Wires.open());
        wires.connect().close(); // the JDK opens sockets of its own with the first
        wires.cut();
        Traces traces = new Traces();
        room.afterwards(traces::interruptAll);
        for (int i = 0; i < connections; i++) {
            Socket accepted = wires.connect();
            BlockingQueue<Integer> inbox = new ArrayBlockingQueue<>(1);
            BlockingQueue<Integer> outbox = new ArrayBlockingQueue<>(1);
            start(traces, () -> readInto(inbox, accepted, traces));
            start(traces, () -> writeFrom(outbox, room, accepted));
        }
        traces.await(connections);
        wires.cut();
        Patience.until(() -> traces.ended.get() == connections, Patience.LONG);
        long threads = traces.threads();
        long sockets = traces.sockets();
        room.see(
                threads == 2L * connections && sockets >= connections,
                "threads and queues of the JDK, " + said(connections, ON_PLATFORM_THREADS) + " cut: " + threads
                        + " threads and " + sockets + " sockets are left");
    }

    private static void start(Traces traces, Runnable task) {
        Runnable entering = () -> {
            traces.enter();
            task.run();
        };
        new Thread(null, entering, "clinic-connection", STACK_BYTES).start();
    }

    private static void writeFrom(BlockingQueue<Integer> outbox, Room room, Socket accepted) {
        try (Guard<Socket> connection = room.here().open(accepted)) {
            while (true) {
                connection.get().getOutputStream().write(outbox.take());
            }
        } catch (InterruptedException tidyUp) {
            Thread.currentThread().interrupt();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Whoever serves the inbox gets what was read, and then the end. */
    private static void readInto(BlockingQueue<Integer> inbox, Socket socket, Traces traces) {
        try {
            for (int next = read(socket); next != END; next = read(socket)) {
                inbox.put(next);
                traces.greeted.incrementAndGet();
            }
            traces.ended.incrementAndGet();
            inbox.put(END);
        } catch (InterruptedException tidyUp) {
            Thread.currentThread().interrupt();
        }
    }

    private static int read(Socket socket) {
        try {
            return socket.getInputStream().read();
        } catch (IOException cut) {
            return END;
        }
    }

    @Override
    public void fix(Room room) throws Exception {
        boolean virtual = Runtime.version().feature() >= FIRST_WITH_VIRTUAL_THREADS;
        int wanted = virtual ? ON_VIRTUAL_THREADS : ON_PLATFORM_THREADS;
        int connections = Capacity.connections(wanted);
        Traces traces = new Traces();
        boolean cut = serveUntil(room, traces, connections, (server, wires) -> wires.cut());
        int silent = 1 + connections / 10;
        Traces tracesOfSilent = new Traces();
        boolean cancelled = serveUntil(
                room, tracesOfSilent, silent, (server, wires) -> server.cancel(new TimeoutException("no heartbeat")));
        boolean gone = Patience.until(
                () -> traces.threads() + tracesOfSilent.threads() == 0 && traces.sockets() <= 0, Patience.LONG);
        room.see(
                !cut || !cancelled || !gone,
                "scopes and channels, " + said(connections, wanted) + " cut, then " + silent
                        + " that fall silent cancelled: " + (traces.threads() + tracesOfSilent.threads())
                        + " threads and " + Math.max(0, traces.sockets()) + " sockets are left");
    }

    private static String said(int connections, int wanted) {
        return connections + " connections"
                + (connections < wanted ? " (the limits of this machine do not allow " + wanted + ")" : "");
    }

    /** What ends all connections at once. */
    private interface Blow {
        void strike(TaskScope<?, ?> server, Wires wires) throws IOException;
    }

    /** Serves until the blow; true if that ended all connections. */
    private static boolean serveUntil(Room room, Traces traces, int connections, Blow blow) throws Exception {
        try (TaskScope<@Nullable Void, ?> server = TaskScope.builder("server")
                        .policy(JoinPolicy.<@Nullable Void>awaitAll())
                        .open();
                Wires wires = Wires.open()) {
            for (int i = 0; i < connections; i++) {
                Socket accepted = wires.connect();
                server.fork(() -> serve(room, server, accepted, traces));
            }
            traces.await(connections);
            blow.strike(server, wires);
            return Patience.until(() -> server.live() == 0, Patience.LONG);
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // the scope closes what it owns
    private static @Nullable Void serve(Room room, TaskScope<?, ?> server, Socket accepted, Traces traces)
            throws Exception {
        traces.enter();
        Channel<Integer> inbox = Channel.builder("inbox").<Integer>capacity(1).build();
        Channel<Integer> outbox = Channel.builder("outbox").<Integer>capacity(1).build();
        try (TaskScope<@Nullable Void, List<@Nullable Void>> connection = TaskScope.<@Nullable Void>builder(
                        "connection")
                .parent(server.token())
                .open()) {
            connection.own(room.here().open(accepted));
            connection.closeOnCancel(accepted); // wakes the reader
            connection.own(inbox.receiver());
            Sender<Integer> received = connection.own(inbox.sender());
            connection.closeOnCancel(outbox.sender()); // wakes the writer
            Receiver<Integer> toSend = connection.own(outbox.receiver());
            connection.fork(() -> readInto(received, accepted, traces));
            for (Integer next = toSend.receive(); next != null; next = toSend.receive()) {
                accepted.getOutputStream().write(next);
            }
            connection.join();
        } catch (TaskScope.FailedException cut) {
            // As it should be: the reader found the end, and that ended the writer.
        }
        return null;
    }

    private static @Nullable Void readInto(Sender<Integer> inbox, Socket socket, Traces traces) throws Exception {
        traces.enter();
        for (int next = socket.getInputStream().read();
                next != END;
                next = socket.getInputStream().read()) {
            inbox.send(next);
            traces.greeted.incrementAndGet();
        }
        throw new EOFException("the other side is gone");
    }
}
