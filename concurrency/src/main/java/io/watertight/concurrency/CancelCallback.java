package io.watertight.concurrency;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** One callback of a token; {@link CancelToken} has the protocol. */
final class CancelCallback implements CancelToken.Registration {
    /*
     * ARMED is a `callback` that is not null. Who takes it away, by an exchange, decides: the canceller to run it, or who
     * unregisters it to forget it. Volatile: what happened before an unregister() that said false is seen by nobody, but what
     * was written before cancel() is seen by the callback.
     *
     * next and previous are guarded by the token's lock while the callback is in its list, and then belong to the canceller.
     */
    private static final VarHandle CALLBACK;

    static {
        try {
            CALLBACK = MethodHandles.lookup().findVarHandle(CancelCallback.class, "callback", Runnable.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final CancelToken token;

    @SuppressWarnings("UnusedVariable") // read through CALLBACK
    private @Nullable Runnable callback;

    @Nullable
    CancelCallback next;

    @Nullable
    CancelCallback previous;

    CancelCallback(CancelToken token, Runnable callback) {
        this.token = token;
        this.callback = callback;
    }

    private @Nullable Runnable take() {
        return (Runnable) CALLBACK.getAndSet(this, (Runnable) null);
    }

    /** Runs it, unless it was unregistered or has run. */
    void fire() {
        Runnable taken = take();
        if (taken == null) {
            return;
        }
        try {
            taken.run();
        } catch (Throwable failure) {
            token.failed(failure);
        }
    }

    boolean isIn(@Nullable CancelCallback first) {
        return this == first || previous != null;
    }

    @Override
    public boolean unregister() {
        if (take() == null) {
            return false;
        }
        token.unlink(this);
        return true;
    }

    @Override
    public String toString() {
        return "Registration[" + token + "]";
    }
}
