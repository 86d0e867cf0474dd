package io.watertight.testing.internal.jdk;

import static io.watertight.testing.internal.jdk.Hook.Event.ACCEPTED;
import static io.watertight.testing.internal.jdk.Hook.Event.BODY_CONSTRUCTED;
import static io.watertight.testing.internal.jdk.Hook.Event.CALLED;
import static io.watertight.testing.internal.jdk.Hook.Event.CHANNEL_CONSTRUCTED;
import static io.watertight.testing.internal.jdk.Hook.Event.CONSTRUCTED;
import static io.watertight.testing.internal.jdk.Hook.Event.END_OF_STREAM;
import static io.watertight.testing.internal.jdk.Hook.Event.EXCHANGE_CONSTRUCTED;
import static io.watertight.testing.internal.jdk.Hook.Event.EXCHANGE_RETURNED;
import static io.watertight.testing.internal.jdk.Hook.Event.EXCHANGE_STARTED;
import static io.watertight.testing.internal.jdk.Hook.Event.RETURNED;
import static io.watertight.testing.internal.jdk.Hook.Event.SOCKET_CREATED;

import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A place in the JDK where a resource is opened or closed. Each is as near to the operating system as there is Java code,
 * so that every way in and out passes it, and each resource passes it once.
 *
 * @param className the class, present on some platforms and versions only
 * @param event what happens there
 * @param member the method; {@link #CONSTRUCTOR} for constructors
 * @param firstParameter the class of the first parameter; empty if that does not matter
 * @param kinds what is opened or closed there
 */
record Hook(String className, Event event, String member, String firstParameter, Set<Kind> kinds) {
    static final String CONSTRUCTOR = "<init>";

    /** How the code that is put in finds the resource. */
    enum Event {
        CONSTRUCTED(true, Advices.Constructed.class),
        /** A file channel, unless it belongs to a stream. */
        CHANNEL_CONSTRUCTED(true, Advices.ChannelConstructed.class),
        /** The body of a URL connection, unless it is known to be empty. */
        BODY_CONSTRUCTED(true, Advices.BodyConstructed.class),
        SOCKET_CREATED(true, Advices.SocketCreated.class),
        ACCEPTED(true, Advices.Accepted.class),
        RETURNED(true, Advices.Returned.class),
        EXCHANGE_CONSTRUCTED(true, Advices.ExchangeConstructed.class),
        EXCHANGE_RETURNED(true, Advices.ExchangeReturned.class),
        EXCHANGE_STARTED(true, Advices.ExchangeStarted.class),
        CALLED(false, Advices.Called.class),
        END_OF_STREAM(false, Advices.EndOfStream.class);

        private final boolean opens;
        private final Class<?> code;

        Event(boolean opens, Class<?> code) {
            this.opens = opens;
            this.code = code;
        }

        /** What is put in. */
        Class<?> code() {
            return code;
        }

        boolean opens() {
            return opens;
        }
    }

    /** All of this platform. */
    static List<Hook> all() {
        List<Hook> hooks = new ArrayList<>();
        addFiles(hooks);
        addSockets(hooks);
        addHttp(hooks);
        addExecutors(hooks);
        hooks.add(opens("java.nio.ByteBuffer", RETURNED, "allocateDirect", Kind.DIRECT_BUFFER));
        return hooks;
    }

    private static void addFiles(List<Hook> hooks) {
        // Streams over a file descriptor do not own it; all other constructors pass one that takes a File first.
        addFile(hooks, "java.io.FileInputStream", Kind.FILE_INPUT_STREAM);
        addFile(hooks, "java.io.FileOutputStream", Kind.FILE_OUTPUT_STREAM);
        addFile(hooks, "java.io.RandomAccessFile", Kind.RANDOM_ACCESS_FILE);
        hooks.add(opens("sun.nio.ch.FileChannelImpl", CHANNEL_CONSTRUCTED, CONSTRUCTOR, Kind.FILE_CHANNEL));
        hooks.add(closes("sun.nio.ch.FileChannelImpl", "implCloseChannel", Kind.FILE_CHANNEL));
        hooks.add(opens("sun.nio.fs.UnixDirectoryStream", CONSTRUCTED, CONSTRUCTOR, Kind.DIRECTORY_STREAM));
        hooks.add(closes("sun.nio.fs.UnixDirectoryStream", "closeImpl", Kind.DIRECTORY_STREAM));
        hooks.add(opens("sun.nio.fs.WindowsDirectoryStream", CONSTRUCTED, CONSTRUCTOR, Kind.DIRECTORY_STREAM));
        hooks.add(closes("sun.nio.fs.WindowsDirectoryStream", "close", Kind.DIRECTORY_STREAM));
    }

    private static void addFile(List<Hook> hooks, String className, Kind kind) {
        hooks.add(new Hook(className, CONSTRUCTED, CONSTRUCTOR, "java.io.File", Set.of(kind)));
        hooks.add(closes(className, "close", kind));
    }

    private static void addSockets(List<Hook> hooks) {
        String socket = "sun.nio.ch.NioSocketImpl";
        Set<Kind> sockets = Set.of(Kind.SOCKET, Kind.SERVER_SOCKET);
        hooks.add(new Hook(socket, SOCKET_CREATED, "create", "", sockets));
        hooks.add(new Hook(socket, ACCEPTED, "accept", "", Set.of(Kind.SOCKET)));
        hooks.add(new Hook(socket, CALLED, "close", "", sockets));
        hooks.add(opens("sun.nio.ch.SocketChannelImpl", CONSTRUCTED, CONSTRUCTOR, Kind.SOCKET_CHANNEL));
        hooks.add(opens("sun.nio.ch.ServerSocketChannelImpl", CONSTRUCTED, CONSTRUCTOR, Kind.SERVER_SOCKET_CHANNEL));
        hooks.add(opens("sun.nio.ch.DatagramChannelImpl", CONSTRUCTED, CONSTRUCTOR, Kind.DATAGRAM_CHANNEL));
        hooks.add(new Hook(
                "java.nio.channels.spi.AbstractSelectableChannel",
                CALLED,
                "implCloseChannel",
                "",
                Set.of(Kind.SOCKET_CHANNEL, Kind.SERVER_SOCKET_CHANNEL, Kind.DATAGRAM_CHANNEL)));
        String selectors = SelectorProvider.provider().getClass().getName();
        hooks.add(opens(selectors, RETURNED, "openSelector", Kind.SELECTOR));
        hooks.add(closes("java.nio.channels.spi.AbstractSelector", "close", Kind.SELECTOR));
    }

    private static void addHttp(List<Hook> hooks) {
        String client = "jdk.internal.net.http.HttpClientFacade";
        // Until 20 a client has no close, so that these find nothing there and the kind is off.
        hooks.add(opens("jdk.internal.net.http.HttpClientImpl", RETURNED, "create", Kind.HTTP_CLIENT));
        hooks.add(closes(client, "close", Kind.HTTP_CLIENT));
        hooks.add(closes(client, "shutdown", Kind.HTTP_CLIENT));
        hooks.add(closes(client, "shutdownNow", Kind.HTTP_CLIENT));

        String body = "jdk.internal.net.http.ResponseSubscribers$HttpResponseInputStream";
        hooks.add(opens(client, EXCHANGE_RETURNED, "send", Kind.HTTP_BODY));
        hooks.add(opens(client, EXCHANGE_STARTED, "sendAsync", Kind.HTTP_BODY));
        hooks.add(opens(body, EXCHANGE_CONSTRUCTED, CONSTRUCTOR, Kind.HTTP_BODY));
        hooks.add(new Hook(body, END_OF_STREAM, "read", "", Set.of(Kind.HTTP_BODY)));
        hooks.add(closes(body, "onError", Kind.HTTP_BODY));
        hooks.add(closes(body, "close", Kind.HTTP_BODY));

        String urlBody = "sun.net.www.protocol.http.HttpURLConnection$HttpInputStream";
        hooks.add(opens(urlBody, BODY_CONSTRUCTED, CONSTRUCTOR, Kind.URL_BODY));
        hooks.add(new Hook(urlBody, END_OF_STREAM, "read", "", Set.of(Kind.URL_BODY)));
        hooks.add(closes(urlBody, "close", Kind.URL_BODY));
    }

    private static void addExecutors(List<Hook> hooks) {
        addExecutor(hooks, "java.util.concurrent.ThreadPoolExecutor", Kind.THREAD_POOL);
        addExecutor(hooks, "java.util.concurrent.ForkJoinPool", Kind.FORK_JOIN_POOL);
        if (Runtime.version().feature() >= 19) {
            hooks.add(closes("java.util.concurrent.ForkJoinPool", "close", Kind.FORK_JOIN_POOL));
        }
        addExecutor(hooks, "java.util.concurrent.ThreadPerTaskExecutor", Kind.THREAD_PER_TASK);
        hooks.add(closes("java.util.concurrent.ThreadPerTaskExecutor", "close", Kind.THREAD_PER_TASK));
        hooks.add(opens("java.util.Timer", CONSTRUCTED, CONSTRUCTOR, Kind.TIMER));
        hooks.add(closes("java.util.Timer", "cancel", Kind.TIMER));
    }

    private static void addExecutor(List<Hook> hooks, String className, Kind kind) {
        hooks.add(opens(className, CONSTRUCTED, CONSTRUCTOR, kind));
        hooks.add(closes(className, "shutdown", kind));
        hooks.add(closes(className, "shutdownNow", kind));
    }

    private static Hook opens(String className, Event event, String member, Kind kind) {
        return new Hook(className, event, member, "", Set.of(kind));
    }

    private static Hook closes(String className, String member, Kind kind) {
        return new Hook(className, CALLED, member, "", Set.of(kind));
    }
}
