package io.watertight.testing.internal.jdk;

/** What is watched, by the name that reports give it. */
enum Kind {
    FILE_INPUT_STREAM("java.io.FileInputStream"),
    FILE_OUTPUT_STREAM("java.io.FileOutputStream"),
    RANDOM_ACCESS_FILE("java.io.RandomAccessFile"),
    FILE_CHANNEL("java.nio.channels.FileChannel"),
    DIRECTORY_STREAM("java.nio.file.DirectoryStream"),
    SOCKET("java.net.Socket"),
    SERVER_SOCKET("java.net.ServerSocket"),
    SOCKET_CHANNEL("java.nio.channels.SocketChannel"),
    SERVER_SOCKET_CHANNEL("java.nio.channels.ServerSocketChannel"),
    DATAGRAM_CHANNEL("java.nio.channels.DatagramChannel"),
    SELECTOR("java.nio.channels.Selector"),
    HTTP_CLIENT("java.net.http.HttpClient"),
    HTTP_BODY("java.net.http.HttpResponse body"),
    URL_BODY("java.net.HttpURLConnection body"),
    THREAD_POOL("java.util.concurrent.ThreadPoolExecutor"),
    FORK_JOIN_POOL("java.util.concurrent.ForkJoinPool"),
    THREAD_PER_TASK("java.util.concurrent.ThreadPerTaskExecutor"),
    TIMER("java.util.Timer"),
    /** Has no close: it is open until the collector has freed it. */
    DIRECT_BUFFER("java.nio.DirectByteBuffer");

    private final String type;

    Kind(String type) {
        this.type = type;
    }

    /** The name of the detector. */
    String type() {
        return type;
    }

    /** The name of the detector of one resource: for sockets and executors that of the public class the user knows. */
    String typeOf(Object resource, Origin origin) {
        return switch (this) {
            case DATAGRAM_CHANNEL ->
                origin.isEnteredThrough("java.net.DatagramSocket")
                        ? "java.net.DatagramSocket"
                        : origin.isEnteredThrough("java.net.MulticastSocket") ? "java.net.MulticastSocket" : type;
            case THREAD_POOL ->
                resource instanceof java.util.concurrent.ScheduledThreadPoolExecutor
                        ? "java.util.concurrent.ScheduledThreadPoolExecutor"
                        : type;
            default -> type;
        };
    }

    /** Made of other kinds inside the JDK, and so not part of what made it. */
    boolean isOutermost() {
        return this == HTTP_CLIENT || this == HTTP_BODY || this == URL_BODY;
    }

    boolean isClosedByCollector() {
        return this == DIRECT_BUFFER;
    }
}
