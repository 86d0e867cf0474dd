package io.watertight.concurrency;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Causes, what callbacks count, and the steps inside a token that twins take in the wrong order or without asking. */
final class TokenFixture {
    /** Made once: a cause takes a stack. */
    static final Throwable ONE = new IllegalStateException("one");

    static final Throwable TWO = new IllegalStateException("two");

    private static final VarHandle CAUSE;
    private static final VarHandle CALLBACK;
    private static final MethodHandle RUN_CALLBACKS;
    private static final MethodHandle LINK;

    static {
        try {
            MethodHandles.Lookup token = MethodHandles.privateLookupIn(CancelToken.class, MethodHandles.lookup());
            MethodHandles.Lookup callback = MethodHandles.privateLookupIn(CancelCallback.class, MethodHandles.lookup());
            CAUSE = token.findVarHandle(CancelToken.class, "cause", Throwable.class);
            CALLBACK = callback.findVarHandle(CancelCallback.class, "callback", Runnable.class);
            RUN_CALLBACKS = token.findVirtual(CancelToken.class, "runCallbacks", MethodType.methodType(void.class));
            LINK = token.findVirtual(
                    CancelToken.class, "link", MethodType.methodType(boolean.class, CancelCallback.class));
        } catch (ReflectiveOperationException failure) {
            throw new ExceptionInInitializerError(failure);
        }
    }

    final AtomicInteger runs = new AtomicInteger();
    private @Nullable Throwable dawdled;

    /** A callback that counts. */
    void ran() {
        runs.incrementAndGet();
    }

    /**
     * For twins: lets time pass between a look and what is done about it, as long as taking a stack takes. The other actor
     * does so before it begins, or it would be states ahead when the look is taken.
     */
    void dawdle() {
        dawdled = new Throwable();
    }

    static String name(@Nullable Throwable cause) {
        return cause == null ? "none" : cause.getMessage();
    }

    static boolean casCause(CancelToken token, Throwable cause) {
        return CAUSE.compareAndSet(token, (Throwable) null, cause);
    }

    static void setCauseVolatile(CancelToken token, Throwable cause) {
        CAUSE.setVolatile(token, cause);
    }

    static @Nullable Throwable ownCauseVolatile(CancelToken token) {
        return (Throwable) CAUSE.getVolatile(token);
    }

    static @Nullable Runnable callbackVolatile(CancelCallback callback) {
        return (Runnable) CALLBACK.getVolatile(callback);
    }

    static void clearCallbackVolatile(CancelCallback callback) {
        CALLBACK.setVolatile(callback, (Runnable) null);
    }

    static void runCallbacks(CancelToken token) {
        try {
            RUN_CALLBACKS.invokeExact(token);
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    /** Puts a callback into the list of a token; false if that is cancelled. */
    static boolean link(CancelToken token, CancelCallback callback) {
        try {
            return (boolean) LINK.invokeExact(token, callback);
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }
}
