package io.watertight.concurrency;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What tells running code that it is to stop. Once cancelled a token stays so: who looks late misses nothing, and a callback
 * that is registered late runs at once.
 *
 * <p>Get one from a {@link CancelSource}. Thread-safe; {@link #isCancelled()} is one volatile read for the token and for each
 * of its parents, and allocates nothing.
 */
public final class CancelToken {
    /*
     * A token has one word, `cause`:
     *
     *   null --canceller, CAS--> what it was cancelled with, for ever
     *
     * Whoever finds that a parent is cancelled writes the parent's cause there by the same CAS, before it tells anybody; so
     * all see one cause.
     *
     *   callback: ARMED --canceller, exchange--> FIRED
     *                   --unregister, exchange--> REMOVED
     *
     * That exchange decides: a callback runs at most once, and never after unregister() said true. It runs at least once: it
     * is linked under `lock` while `cause` is null, and the canceller takes the list under `lock` after it wrote `cause`. So
     * either the list has it, or its registrar sees the cause and runs it.
     *
     * A child looks up at its parent (isCancelled), so it need not be known there. It is, as one callback, only while it has
     * callbacks itself: the first links it and the last to go unlinks it. So a parent that lives long keeps no children.
     *
     * field                     read           write
     * cause                     volatile       CAS, once
     * first, last, upward,      under `lock`   under `lock`
     * failures
     *
     * Lock order: a child's before its parent's. No code of users runs under one, and nothing blocks under one.
     */
    private static final Logger LOG = LoggerFactory.getLogger(CancelToken.class);
    private static final int MOST_FAILURES = 16;
    private static final CancelToken NEVER = new CancelToken(null);
    private static final VarHandle CAUSE;

    static {
        try {
            CAUSE = MethodHandles.lookup().findVarHandle(CancelToken.class, "cause", Throwable.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final @Nullable CancelToken parent;
    private final Object lock = new Object();

    @SuppressWarnings("UnusedVariable") // written through CAUSE
    private volatile @Nullable Throwable cause;

    private @Nullable CancelCallback first;
    private @Nullable CancelCallback last;
    /** How the parent knows this token; null while there are no callbacks. */
    private @Nullable CancelCallback upward;

    private @Nullable List<Throwable> failures;

    CancelToken(@Nullable CancelToken parent) {
        this.parent = parent == NEVER ? null : parent;
    }

    /** What unregisters a callback. */
    public interface Registration extends AutoCloseable {
        /**
         * Unregisters the callback. Does not wait for one that runs.
         *
         * @return true if it has not run and never will; false if it has begun to run, or was unregistered before
         */
        boolean unregister();

        /** Unregisters the callback, whether or not it has run. */
        @Override
        default void close() {
            unregister();
        }
    }

    /**
     * Returns the token that is never cancelled.
     *
     * @return the same token each time; it keeps no callbacks
     */
    public static CancelToken never() {
        return NEVER;
    }

    /**
     * Says whether to stop.
     *
     * @return true from the moment on at which this token, or one of its parents, was cancelled
     */
    public boolean isCancelled() {
        for (CancelToken token = this; token != null; token = token.parent) {
            if (token.cause != null) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns why this token was cancelled.
     *
     * @return the cause, always the same; null if it is not cancelled
     */
    public @Nullable Throwable cause() {
        Throwable own = cause;
        if (own != null || parent == null) {
            return own;
        }
        Throwable inherited = parent.cause();
        if (inherited != null) {
            casCause(inherited); // the callbacks are run by who cancelled the parent
        }
        return cause;
    }

    private boolean casCause(Throwable why) {
        return CAUSE.compareAndSet(this, (Throwable) null, why);
    }

    /**
     * Returns if the caller may go on.
     *
     * @throws CancellationException if this token is cancelled; its cause is {@link #cause()}
     */
    public void throwIfCancelled() {
        if (isCancelled()) {
            CancellationException stop = new CancellationException("cancelled");
            stop.initCause(cause());
            throw stop;
        }
    }

    /**
     * Registers what is to be done when this token is cancelled, such as closing a socket that a thread reads from. It runs
     * once, on the thread that cancels; at once and on the calling thread if this token is cancelled already. It should be
     * short. What it throws is logged and kept, and is not thrown on.
     *
     * @param callback what to do; held until it has run or is unregistered
     * @return unregisters it; keep it and do so when the callback has become useless
     */
    public Registration onCancel(Runnable callback) {
        CancelCallback added = new CancelCallback(this, Objects.requireNonNull(callback, "callback"));
        if (this == NEVER) {
            return added;
        }
        if (!link(added)) {
            added.fire();
        }
        return added;
    }

    /** Puts a callback into the list; false if this token, or a parent, is cancelled. */
    private boolean link(CancelCallback added) {
        synchronized (lock) {
            if (cause != null) {
                return false;
            }
            if (first == null && parent != null) {
                CancelCallback child = new CancelCallback(parent, this::cancelWithParent);
                if (!parent.link(child)) {
                    return false;
                }
                upward = child;
            }
            added.previous = last;
            if (last == null) {
                first = added;
            } else {
                last.next = added;
            }
            last = added;
            return true;
        }
    }

    /** Takes a callback out that is REMOVED. */
    void unlink(CancelCallback removed) {
        CancelCallback child = null;
        synchronized (lock) {
            if (cause != null || !removed.isIn(first)) {
                return; // the canceller has the list, and passes over this one
            }
            CancelCallback before = removed.previous;
            CancelCallback after = removed.next;
            if (before == null) {
                first = after;
            } else {
                before.next = after;
            }
            if (after == null) {
                last = before;
            } else {
                after.previous = before;
            }
            removed.previous = null;
            removed.next = null;
            if (first == null) {
                child = upward;
                upward = null;
            }
        }
        if (child != null) {
            child.unregister();
        }
    }

    /** Called back by the parent. */
    private void cancelWithParent() {
        cause(); // first, so that the callbacks see it
        runCallbacks();
    }

    /** Cancels with the cause of the parent if that is cancelled, else with the given one; false if this was done before. */
    boolean cancel(Throwable ownCause) {
        if (!settle(ownCause)) {
            return false;
        }
        runCallbacks();
        return true;
    }

    /** Cancels without running the callbacks, which is left to the caller; false if this was done before. */
    boolean settle(Throwable why) {
        return cause() == null && casCause(why);
    }

    void runCallbacks() {
        CancelCallback next;
        CancelCallback child;
        synchronized (lock) {
            next = first;
            first = null;
            last = null;
            child = upward;
            upward = null;
        }
        if (child != null) {
            child.unregister();
        }
        while (next != null) {
            CancelCallback callback = next;
            next = callback.next;
            callback.next = null;
            callback.previous = null;
            callback.fire();
        }
    }

    void failed(Throwable failure) {
        synchronized (lock) {
            if (failures == null) {
                failures = new ArrayList<>(1);
            }
            if (failures.size() < MOST_FAILURES) {
                failures.add(failure);
            }
        }
        LOG.warn("cancel token: a callback failed; the others run all the same", failure);
    }

    List<Throwable> callbackFailures() {
        synchronized (lock) {
            return failures == null ? List.of() : List.copyOf(failures);
        }
    }

    /** Counts the callbacks, and the children that have some. */
    int callbacks() {
        synchronized (lock) {
            int count = 0;
            for (CancelCallback callback = first; callback != null; callback = callback.next) {
                count++;
            }
            return count;
        }
    }

    @Override
    public String toString() {
        return isCancelled() ? "CancelToken[cancelled: " + cause() + "]" : "CancelToken[not cancelled]";
    }
}
