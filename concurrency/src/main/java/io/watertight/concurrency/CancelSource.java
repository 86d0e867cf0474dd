package io.watertight.concurrency;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/**
 * The right to cancel a {@link CancelToken}: kept by who decides, while the token goes to those who are to stop.
 *
 * <p>A source may be the child of a token: it is cancelled with that token, or alone. A child leaves nothing at its parent,
 * however many there were, but for the callbacks that are registered at that moment.
 *
 * <p>Closing cancels, so that in a {@code try} statement nothing goes on after its block. Thread-safe; nothing blocks but the
 * callbacks, which {@link #cancel} runs on the calling thread.
 */
public final class CancelSource implements AutoCloseable {
    private final CancelToken token;

    /** Makes a source that only its own {@link #cancel} cancels. */
    public CancelSource() {
        this.token = new CancelToken(null);
    }

    /**
     * Makes a source that is cancelled with another token, too.
     *
     * @param parent the token; if it is cancelled, so is the new one
     */
    public CancelSource(CancelToken parent) {
        this.token = new CancelToken(Objects.requireNonNull(parent, "parent"));
    }

    /**
     * Returns what to hand to those who are to stop.
     *
     * @return the same token each time
     */
    public CancelToken token() {
        return token;
    }

    /**
     * Cancels, with a {@link CancellationException} as the cause, whose stack tells who did it.
     *
     * @return as {@link #cancel(Throwable)} does
     */
    public boolean cancel() {
        return !token.isCancelled() && token.cancel(new CancellationException("cancelled"));
    }

    /**
     * Cancels, and runs the callbacks in the order of their registration. What they throw is logged, and kept for {@link
     * #callbackFailures()}; the others run all the same. A call that comes second returns while the callbacks may still run.
     *
     * @param cause why; others see it as {@link CancelToken#cause()}
     * @return true if this call decided, false if the token or its parent was cancelled before
     */
    public boolean cancel(Throwable cause) {
        return token.cancel(Objects.requireNonNull(cause, "cause"));
    }

    /**
     * Returns what callbacks threw.
     *
     * @return the first 16, in the order in which they were thrown
     */
    public List<Throwable> callbackFailures() {
        return token.callbackFailures();
    }

    /** Cancels, unless that was done before: who still looks at the token stops. */
    @Override
    public void close() {
        if (!token.isCancelled()) {
            token.cancel(new CancellationException("the source of this token was closed"));
        }
    }

    @Override
    public String toString() {
        return "CancelSource[" + token + "]";
    }
}
