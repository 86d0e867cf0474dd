package io.watertight.guards;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The handle of one open resource: it runs the resource's cleanup exactly once, and when it is dropped unclosed, that is
 * found and reported with the place where the resource was acquired.
 *
 * <p>Keep the guard in a field of the object that owns the resource, or in a try-with-resources statement, and nowhere
 * else. Hand it to other threads as you would hand any object; all methods are thread-safe. {@link #close()} runs the
 * cleanup on the calling thread and blocks as long as that takes; nothing else blocks.
 *
 * <p>Opening and closing at {@link TrackingLevel#TRACK} allocates 72 bytes with compressed oops: this handle and its
 * record.
 *
 * @param <T> the resource
 */
public final class Guard<T> implements Lease<T>, Cleaner.Cleanable {
    /*
     * `link` is the record of a tracked guard, and never changes then; the record's word is the state (see LeakRecord).
     * At OFF and COUNT there is no record, and `link` itself is the state: an Untracked that is open, until one CAS puts
     * the closed one in its place. That CAS is the linearisation point of close there.
     *
     * `link` is written plain before the guard is returned to anybody: in the constructor, or before the CAS that links the
     * record, which keeps the write from moving down. So even a guard that is published by a data race has its record.
     *
     * close() and detach() end with reachabilityFence(this): this guard is the referent of its record, and must not be found
     * dropped while its close runs. The CAS comes first, so it could not be reported anyway; the fence is what lets the
     * registry conclude that a record in its slot whose guard was collected belongs to a close that died.
     */
    private static final VarHandle LINK;

    static {
        try {
            LINK = MethodHandles.lookup().findVarHandle(Guard.class, "link", Object.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final T resource;
    private final CleanupAction<? super T> action;
    private Object link;

    /** A guard without a record. */
    Guard(T resource, CleanupAction<? super T> action, Untracked link) {
        this.resource = resource;
        this.action = action;
        this.link = link;
    }

    /** A guard that gets a record before anybody else sees it. */
    @SuppressWarnings("NullAway.Init") // attach() follows
    Guard(T resource, CleanupAction<? super T> action) {
        this.resource = resource;
        this.action = action;
    }

    /** Before the record is linked. */
    void attach(LeakRecord record) {
        link = record;
    }

    /** The state of a guard that has no record. */
    static final class Untracked {
        static final Untracked OFF = new Untracked(null, true);
        private static final Untracked OFF_CLOSED = new Untracked(null, false);

        final @Nullable Site site;
        private final boolean open;

        /** For sites: one open and one closed state each, so that a close knows where to count. */
        Untracked(@Nullable Site site, boolean open) {
            this.site = site;
            this.open = open;
        }
    }

    /** The record; only where the caller knows that there is one. */
    LeakRecord record() {
        return (LeakRecord) link;
    }

    @Override
    public T get() {
        Object current = link;
        if (current instanceof LeakRecord record) {
            int word = record.wordAcquire();
            if ((word & (LeakRecord.STATE | LeakRecord.CONFINED)) != LeakRecord.OPEN) {
                checkUse(record);
            }
        } else if (!((Untracked) LINK.getVolatile(this)).open) {
            throw usedAfterClose("");
        }
        return resource;
    }

    /**
     * Checks that this guard may be used here and now; for handles that wrap one.
     *
     * @throws IllegalStateException if this guard is closed, or is confined to another thread and STRICT
     */
    public void check() {
        get();
    }

    private void checkUse(LeakRecord record) {
        int word = record.wordVolatile();
        if (LeakRecord.stateOf(word) != LeakRecord.OPEN) {
            throw usedAfterClose(" " + describe(record));
        }
        checkConfinement(record, word);
    }

    private void checkConfinement(LeakRecord record, int word) {
        if ((word & LeakRecord.CONFINED) != 0 && !record.isOrBecomesOwnedBy(Thread.currentThread())) {
            throw new IllegalStateException("guard " + describe(record) + " is confined to thread #" + record.ownerId()
                    + " and was used by '" + Thread.currentThread().getName() + "'; call handOver() there first");
        }
    }

    private static IllegalStateException usedAfterClose(String which) {
        return new IllegalStateException("guard" + which + " is closed; it cannot be used any more: "
                + "close a resource only after its last use");
    }

    @Override
    public boolean isOpen() {
        Object current = LINK.getVolatile(this);
        return current instanceof LeakRecord record ? record.isOpen() : ((Untracked) current).open;
    }

    /**
     * Releases the resource, unless that has begun already.
     *
     * @throws CloseFailedException if the cleanup threw a checked exception; unchecked ones and errors pass as they are
     * @throws IllegalStateException if the type is STRICT and this guard was closed before, or is confined elsewhere
     */
    @Override
    public void close() {
        try {
            closeRaising();
        } catch (RuntimeException | Error unchecked) {
            throw unchecked;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CloseFailedException("cleanup was interrupted; the resource may still be open", interrupted);
        } catch (Exception checked) {
            throw new CloseFailedException("cleanup failed: " + checked.getMessage(), checked);
        }
    }

    /** The same as {@link #close()}, under the name that {@link Cleaner.Cleanable} gives it. */
    @Override
    public void clean() {
        close();
    }

    /** {@link #close()} for wrappers that declare the checked exceptions of their resource. */
    void closeRaising() throws Exception {
        try {
            if (link instanceof LeakRecord record) {
                // Plain guess, checked by the CAS: the usual word is OPEN with no flags beside the index.
                int word = record.wordPlain();
                if ((word & (LeakRecord.STATE | LeakRecord.CONFINED | LeakRecord.OVERDUE)) == LeakRecord.OPEN
                        && record.casWord(word, word | LeakRecord.CLOSING)) {
                    release(record);
                } else {
                    closeSlowly(record);
                }
            } else {
                closeUntracked();
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** {@link #close()} for wrappers that may throw what streams throw. */
    void closeIo() throws IOException {
        try {
            closeRaising();
        } catch (IOException | RuntimeException expected) {
            throw expected;
        } catch (Exception other) {
            throw new IOException(other);
        }
    }

    private void release(LeakRecord record) throws Exception {
        try {
            action.run(resource);
        } catch (Throwable failure) {
            record.finish(LeakRecord.CLOSE_FAILED);
            record.segment().remove(record);
            record.site().closeFailed(record, failure);
            throw failure;
        }
        record.finish(LeakRecord.CLOSED);
        record.segment().remove(record);
        if (record instanceof DetailedRecord<?> detailed) {
            detailed.released();
        }
    }

    /** A handle that outlived its referent closes after the leak was reported: its slot is gone, the cleanup is not. */
    private void releaseLeaked(LeakRecord record) throws Exception {
        try {
            action.run(resource);
        } catch (Throwable failure) {
            record.finish(LeakRecord.CLOSE_FAILED);
            record.site().closeFailed(record, failure);
            throw failure;
        }
        record.finish(LeakRecord.CLOSED);
    }

    private void closeSlowly(LeakRecord record) throws Exception {
        checkConfinement(record, record.wordVolatile());
        int before = record.transition(LeakRecord.OPEN, LeakRecord.CLOSING);
        if (before != -1) {
            if ((before & LeakRecord.OVERDUE) != 0) {
                record.site().returnedLate(record);
            }
            release(record);
        } else if (record.transition(LeakRecord.LEAKED, LeakRecord.CLOSING) != -1) {
            releaseLeaked(record);
        } else {
            record.site().redundantClose();
            if ((record.wordVolatile() & LeakRecord.STRICT) != 0) {
                throw new IllegalStateException("guard " + describe(record)
                        + " was closed before; STRICT allows one close: find the second owner");
            }
        }
    }

    private void closeUntracked() throws Exception {
        Untracked before = (Untracked) LINK.getVolatile(this);
        Site site = before.site;
        if (!casClosed(before)) {
            if (site != null) {
                site.redundantClose();
            }
            return;
        }
        try {
            action.run(resource);
        } catch (Throwable failure) {
            if (site != null) {
                site.closeFailed(null, failure);
            }
            throw failure;
        } finally {
            if (site != null) {
                site.countRelease();
            }
        }
    }

    private boolean casClosed(Untracked before) {
        Site site = before.site;
        return before.open
                && LINK.compareAndSet(this, before, site == null ? Untracked.OFF_CLOSED : site.countedClosed());
    }

    /**
     * Gives the resource away without releasing it: from here on nobody watches it, and the caller is its owner. This is
     * how a resource that was guarded while it was being prepared is kept when that succeeded.
     *
     * @return the resource
     * @throws IllegalStateException if this guard is closed or was detached before
     */
    public T detach() {
        try {
            if (link instanceof LeakRecord record) {
                if (record.transition(LeakRecord.OPEN, LeakRecord.DETACHED) == -1) {
                    throw usedAfterClose(" " + describe(record));
                }
                record.segment().remove(record);
                record.site().detached();
            } else {
                detachUntracked();
            }
            return resource;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private void detachUntracked() {
        Untracked before = (Untracked) LINK.getVolatile(this);
        if (!casClosed(before)) {
            throw usedAfterClose("");
        }
        Site site = before.site;
        if (site != null) {
            site.countRelease();
            site.detached();
        }
    }

    /**
     * Makes another thread the owner, atomically: from here on the calling thread's end accuses nobody, the new owner's
     * does.
     *
     * @param newOwner the thread that will close this guard
     * @return this guard
     * @throws IllegalStateException if this guard is closed
     */
    public Guard<T> handOver(Thread newOwner) {
        handOverTo(Objects.requireNonNull(newOwner, "newOwner"));
        return this;
    }

    /**
     * Takes the ownership from the calling thread without naming the next one: nobody's end accuses, and a confined guard
     * belongs to the first thread that uses it.
     *
     * @return this guard
     * @throws IllegalStateException if this guard is closed
     */
    public Guard<T> handOver() {
        handOverTo(null);
        return this;
    }

    private void handOverTo(@Nullable Thread newOwner) {
        check();
        if (link instanceof LeakRecord record) {
            record.setOwnerVolatile(newOwner);
            if (!isOpen()) {
                throw usedAfterClose(" " + describe(record));
            }
        }
    }

    /**
     * Declares that only the owning thread may use and close this guard. Where the type is STRICT, another thread is
     * refused; elsewhere the declaration has no effect.
     *
     * @return this guard
     */
    public Guard<T> confined() {
        if (link instanceof LeakRecord record && (record.wordVolatile() & LeakRecord.STRICT) != 0) {
            record.flagWhileOpen(LeakRecord.CONFINED);
        }
        return this;
    }

    /**
     * Declares that this resource is meant to stay open as long as the process: it is counted, but never called overdue
     * and never held against a scope or a thread that ended.
     *
     * @return this guard
     */
    public Guard<T> permanent() {
        if (link instanceof LeakRecord record) {
            record.flagWhileOpen(LeakRecord.PERMANENT);
        }
        return this;
    }

    /**
     * Returns the site this resource is counted at.
     *
     * @return the site; null if the type was OFF
     */
    public @Nullable Site site() {
        return link instanceof LeakRecord record ? record.site() : ((Untracked) link).site;
    }

    private static String describe(LeakRecord record) {
        return record.site().describe();
    }

    @Override
    public String toString() {
        Site site = site();
        return "Guard[" + (site == null ? "untracked" : site.describe()) + (isOpen() ? ", open]" : ", closed]");
    }
}
