package io.watertight.guards;

import java.io.InputStream;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.util.Objects;

/** Body handlers for the JDK's HTTP client whose bodies are reported when they are not closed. */
public final class GuardedBodyHandlers {
    private GuardedBodyHandlers() {}

    /**
     * Returns bodies as guarded streams, attributed to the caller of this method and owned by no thread. A body that is not
     * read to its end or closed keeps its connection busy for ever.
     *
     * @param tracker where bodies are counted
     * @return a body handler
     */
    public static BodyHandler<InputStream> ofInputStream(Tracker tracker) {
        return ofInputStream(tracker, Long.MAX_VALUE);
    }

    /**
     * Returns bodies as guarded streams with a limit, whatever the server sends.
     *
     * @param tracker where bodies are counted
     * @param maxBytes the most bytes a body may have; reading beyond throws {@link ByteLimitExceededException}
     * @return a body handler
     * @throws IllegalArgumentException if {@code maxBytes} is negative
     */
    public static BodyHandler<InputStream> ofInputStream(Tracker tracker, long maxBytes) {
        Objects.requireNonNull(tracker, "tracker");
        if (maxBytes < 0) {
            throw new IllegalArgumentException("maxBytes must not be negative: " + maxBytes);
        }
        // Here and not when the body comes: that is on a thread of the client, whose stack says nothing of the caller,
        // and
        // whose end says nothing of the body.
        Site site = tracker instanceof Site named
                ? named
                : ((LeakDetector) tracker).sampler().site();
        site.sampleExemplar();
        return response -> BodySubscribers.mapping(BodySubscribers.ofInputStream(), body -> {
            GuardedInputStream stream = new GuardedInputStream(site, body, maxBytes);
            stream.handOver();
            return stream;
        });
    }
}
