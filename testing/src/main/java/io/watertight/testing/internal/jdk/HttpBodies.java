package io.watertight.testing.internal.jdk;

import io.watertight.guards.Guard;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;

/**
 * Follows the bodies of the HTTP client from the thread of the client that makes them to the line of the user that asked
 * for them.
 *
 * <p>A body that is returned by {@code send} is guarded then and there. {@code sendAsync} is guarded before it is known
 * what comes of it, because only there is the user's line on the stack, but only if its handler is {@link
 * BodyHandlers#ofInputStream()}, of which it is known that somebody will have to close what comes.
 */
final class HttpBodies {
    private static final String BODY = "jdk.internal.net.http.ResponseSubscribers$HttpResponseInputStream";

    private final OpenResources resources;
    /** Each lambda expression has a class of its own. */
    private final Class<?> streamHandler = BodyHandlers.ofInputStream().getClass();

    HttpBodies(OpenResources resources) {
        this.resources = resources;
    }

    /** A body was made, a response was received, or a request was sent. */
    void exchanged(Object subject, Object handler) {
        resources.quietly(() -> {
            if (subject instanceof InputStream body) {
                resources.expected(body);
            } else if (!resources.isWanted(Kind.HTTP_BODY)) {
                return;
            } else if (subject instanceof HttpResponse<?> response) {
                Object body = response.body();
                if (isBody(body)) {
                    resources.track(body, Kind.HTTP_BODY);
                }
            } else if (subject instanceof CompletableFuture<?> future && handler.getClass() == streamHandler) {
                sent(future);
            }
        });
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what our own dependent throws concerns nobody
    private void sent(CompletableFuture<?> future) {
        Guard<?> guard = resources.expect(Kind.HTTP_BODY);
        if (guard == null) {
            return;
        }
        // Runs on this thread if the answer is there already.
        future.whenComplete((result, failure) -> {
            if (result instanceof HttpResponse<?> response && isBody(response.body())) {
                resources.arrived(response.body(), guard);
            } else {
                guard.close();
            }
        });
    }

    private static boolean isBody(Object body) {
        return body != null && body.getClass().getName().equals(BODY);
    }
}
