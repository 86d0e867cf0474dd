package io.watertight.guards;

import io.watertight.guards.internal.VirtualThreads;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is kept of one open resource: a phantom reference to its handle, its place, its state, its time, its owner. */
class LeakRecord extends PhantomReference<Object> {
    /*
     * States, in the low three bits of `word`, and who makes each transition:
     *
     *   OPEN ----close()----> CLOSING ----cleanup returned----> CLOSED
     *     |                     ^   `-----cleanup threw-------> CLOSE_FAILED
     *     |---detach()----> DETACHED
     *     `---reaper------> LEAKED --close() by a handle that outlived its referent, or reclaim--> CLOSING
     *
     * Every arrow out of OPEN and LEAKED is one compareAndSet of the whole word; that CAS is the linearisation point, and
     * it comes before the cleanup, so the reaper can never report a close in progress. Whoever makes the arrow out of OPEN
     * also takes the record out of its slot, exactly once. Whoever makes the arrow into CLOSING runs the cleanup, exactly
     * once. CLOSING -> CLOSED | CLOSE_FAILED is made by that one thread alone.
     *
     * field        read                write                    why
     * word         volatile            CAS                      decides between closer, reaper, detacher, sweeper
     *              acquire (get)       release (finish)         after CLOSING nobody decides on it any more; a user
     *                                                           who sees it closed sees what its closer did
     *              plain (closing)     plain before publication a guess checked by CAS; the slot's CAS publishes
     * segment      plain               plain before publication as above; the handle is published after it
     * owner        volatile            volatile                 the sweeper must see a hand-over made before the owner died
     * ownerId      plain, CAS          plain, CAS, volatile     Racy: see isOrBecomesOwnedBy; volatile: setOwnerVolatile
     * openedTick   plain               final                    -
     *
     * The record never reaches its referent: `owner` is a platform thread only, because a virtual thread would reach the
     * handle on its own stack and hide the leak.
     *
     * 48 bytes with compressed oops: 28 of Reference, 20 of ours.
     */
    static final int STATE = 7;
    static final int OPEN = 0;
    static final int CLOSING = 1;
    static final int CLOSED = 2;
    static final int CLOSE_FAILED = 3;
    static final int LEAKED = 4;
    static final int DETACHED = 5;

    /** Opened at STRICT: misuse throws. */
    static final int STRICT = 1 << 3;
    /** Declared confined to its owner. */
    static final int CONFINED = 1 << 4;
    /** Meant to stay open for ever: never overdue, never accused at scope end or by a dead owner. */
    static final int PERMANENT = 1 << 5;
    /** Reported overdue: its close is a late return. */
    static final int OVERDUE = 1 << 6;
    /** Reported because its owner died. */
    static final int ACCUSED = 1 << 7;

    /** Its referent is not its guard, so the guard may be closing when the referent is collected. */
    static final int FOREIGN_REFERENT = 1 << 8;

    private static final int INDEX_SHIFT = 9;
    /** Slots a segment may have, so that an index fits beside the state. */
    static final int MAX_SLOTS = 1 << (Integer.SIZE - INDEX_SHIFT);

    private static final VarHandle WORD;
    private static final VarHandle OWNER;
    private static final VarHandle OWNER_ID;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WORD = lookup.findVarHandle(LeakRecord.class, "word", int.class);
            OWNER = lookup.findVarHandle(LeakRecord.class, "owner", Thread.class);
            OWNER_ID = lookup.findVarHandle(LeakRecord.class, "ownerId", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private @Nullable Segment segment;
    private int word;
    private final int openedTick;
    private int ownerId;

    @SuppressWarnings("UnusedVariable") // read through OWNER
    private @Nullable Thread owner;

    @SuppressWarnings("this-escape")
    LeakRecord(@Nullable Object referent, @Nullable ReferenceQueue<Object> queue, int openedTick, Thread owner) {
        super(referent, queue);
        this.openedTick = openedTick;
        this.ownerId = (int) owner.getId();
        this.owner = VirtualThreads.isVirtual(owner) ? null : owner;
    }

    /** What is known of a finding of a component that keeps its own books: never linked, never enqueued. */
    LeakRecord(int openedTick, @Nullable Thread owner) {
        super(null, null);
        this.openedTick = openedTick;
        this.owner = owner;
    }

    /** Names the slot this record is about to be published in. Plain: the CAS into that slot publishes it. */
    final void place(Segment segment, int index) {
        this.segment = segment;
        this.word = (word & ((1 << INDEX_SHIFT) - 1)) | index << INDEX_SHIFT;
    }

    /** Sets flags on a record that is not yet published. */
    final void flagPlain(int flags) {
        word |= flags;
    }

    /** Only after {@link #place}: a handle never reaches a user before its record is placed. */
    final Segment segment() {
        return Objects.requireNonNull(segment);
    }

    final Site site() {
        return segment().site;
    }

    final int index() {
        return wordPlain() >>> INDEX_SHIFT;
    }

    /** Plain: only a guess that the following CAS checks, or read where the caller already owns the record. */
    final int wordPlain() {
        return word;
    }

    final int wordAcquire() {
        return (int) WORD.getAcquire(this);
    }

    final int wordVolatile() {
        return (int) WORD.getVolatile(this);
    }

    final boolean casWord(int expected, int replacement) {
        return WORD.compareAndSet(this, expected, replacement);
    }

    static int stateOf(int word) {
        return word & STATE;
    }

    /**
     * Leaves {@code from} for {@code to}, keeping the flags.
     *
     * @return the word before, or -1 if the record was in another state
     */
    final int transition(int from, int to) {
        while (true) {
            int current = wordVolatile();
            if (stateOf(current) != from) {
                return -1;
            }
            if (casWord(current, (current & ~STATE) | to)) {
                return current;
            }
        }
    }

    /** Adds a flag to a record that is still open; false if it no longer is, or has the flag. */
    final boolean flagWhileOpen(int flag) {
        while (true) {
            int current = wordVolatile();
            if (stateOf(current) != OPEN || (current & flag) != 0) {
                return false;
            }
            if (casWord(current, current | flag)) {
                return true;
            }
        }
    }

    /** By the thread that made CLOSING, and by nobody else: others only add flags while the record is OPEN. */
    final void finish(int finalState) {
        WORD.setRelease(this, (wordPlain() & ~STATE) | finalState);
    }

    final boolean isOpen() {
        return stateOf(wordVolatile()) == OPEN;
    }

    final int openedTick() {
        return openedTick;
    }

    /** The owning platform thread; null if the owner is virtual or the resource is between owners. */
    final @Nullable Thread ownerVolatile() {
        return (Thread) OWNER.getVolatile(this);
    }

    /** Lets go of an owner that has died, unless the record has another owner by now. */
    final void forgetOwner(Thread dead) {
        OWNER.compareAndSet(this, dead, (Thread) null);
    }

    /** Makes a thread the owner, or nobody (null). Volatile: see the table above. */
    final void setOwnerVolatile(@Nullable Thread newOwner) {
        if (newOwner == null) {
            OWNER.setVolatile(this, (Thread) null);
            // Last: a thread that finds the id free makes itself the owner, and must not be overwritten.
            OWNER_ID.setVolatile(this, 0);
        } else {
            ownerId = (int) newOwner.getId();
            OWNER.setVolatile(this, VirtualThreads.isVirtual(newOwner) ? null : newOwner);
        }
    }

    /**
     * Says whether a thread owns this record; if nobody does, since a hand-over named nobody, the thread becomes the owner.
     *
     * <p>Racy: a hand-over that is not ordered before this call may be missed, which refuses a thread that raced for the
     * resource instead of having been handed it.
     */
    final boolean isOrBecomesOwnedBy(Thread thread) {
        int id = (int) thread.getId();
        if (ownerId == id) {
            return true;
        }
        if (OWNER_ID.compareAndSet(this, 0, id)) {
            OWNER.setVolatile(this, VirtualThreads.isVirtual(thread) ? null : thread);
            return true;
        }
        return false;
    }

    /** The low 32 bits of the owner's thread id; 0 while between owners. */
    final int ownerId() {
        return ownerId;
    }

    /** The size that was given for the resource, or 0. */
    long bytes() {
        return 0;
    }

    /** A record that also knows the size of its resource: 56 bytes. */
    static class Sized extends LeakRecord {
        private final long bytes;

        Sized(Object referent, ReferenceQueue<Object> queue, int openedTick, Thread owner, long bytes) {
            super(referent, queue, openedTick, owner);
            this.bytes = bytes;
        }

        @Override
        final long bytes() {
            return bytes;
        }
    }

    /** A record that can release or ask its resource: for types that reclaim or have a probe. */
    static class Holding<T> extends Sized {
        /** Null where the type neither reclaims nor has a probe, so that the record cannot reach its own referent. */
        final @Nullable T resource;

        final CleanupAction<? super T> action;
        final boolean reclaim;

        Holding(
                Object referent,
                ReferenceQueue<Object> queue,
                int openedTick,
                Thread owner,
                long bytes,
                @Nullable T resource,
                CleanupAction<? super T> action,
                boolean reclaim) {
            super(referent, queue, openedTick, owner, bytes);
            this.resource = resource;
            this.action = action;
            this.reclaim = reclaim;
        }
    }
}
