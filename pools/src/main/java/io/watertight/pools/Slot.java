package io.watertight.pools;

import io.watertight.guards.Guard;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One place of a pool: the object in it, whose it is now, and since when. */
final class Slot extends SlotFields {
    /*
     * States, in the low three bits of `state`; above them five flags of a lease; above those the generation, which counts
     * the leases of this slot and makes every handle of an earlier one stale.
     *
     *   EMPTY --core lock--> CREATING --worker, core lock--> FREE | LEASED (to a waiter) | EMPTY (failed)
     *   FREE --CAS by an acquirer, or under the core lock for a waiter--> LEASED
     *   LEASED(g) --CAS by the holder--> FREE(g+1)        nothing to be done, and nobody waits
     *   LEASED(g) --CAS by the holder, or by the scan for a proven leak--> RETURNING(g+1)
     *   RETURNING --its owner--> FREE | LEASED (handed to a waiter) | DESTROYING | EMPTY (detached, retired) | LOST
     *   FREE --CAS by the upkeep or evict--> CHECKING --its owner--> as RETURNING
     *   FREE --CAS under the core lock--> DESTROYING --worker, core lock--> EMPTY
     *   LOST: leaked when too many were lost already; stays until the pool is closed.
     *
     * The CAS out of LEASED is the linearisation point of every end of a lease. It compares the generation, so of two
     * closes, of a close and a reclaim, or of a stale handle and the present one, exactly one wins, and the loser has
     * written nothing. Flags are added to a lease by CAS; a holder that finds one takes the slow way out.
     *
     * field          read                     write                         guard
     * state          acquire, volatile        CAS, volatile                 -
     *                plain by its owner: nobody else changes tag or generation then
     * object,        plain                    plain                         whoever owns the slot: the holder, or who took
     * allocator                                                             it from FREE, RETURNING or CREATING. Ordered by
     *                                                                       the CAS or volatile write that passes the slot on
     * description    acquire (scan)           release (holder)              the stamp of a lease and the tick it began at;
     *                                                                       publishes its owner, site, reference to the scan
     * owner, ownerId plain after it           plain before it               holder; once LOCKED under the core lock
     * site           as above                 as above                      holder
     * reference      as above                 as above                      holder
     * sampleAt,      plain                    plain                         holder. Racy: the scan sets them while a leak is
     * pause                                                                 looked for, and when the level changes, again
     *                                                                       and again
     * detail         plain                    plain                         whoever owns the slot
     * retirement     plain                    plain                         core lock
     * job, expiresAt, seen*, checkedTick      plain                         core lock
     *
     * The scan reads `description` first and `state` again at the end: what it read belongs to the lease if both name it.
     *
     * Padding keeps two slots from sharing a cache line, or a pair of them.
     */
    static final int TAG = 7;
    static final int EMPTY = 0;
    static final int CREATING = 1;
    static final int FREE = 2;
    static final int LEASED = 3;
    static final int RETURNING = 4;
    static final int CHECKING = 5;
    static final int DESTROYING = 6;
    static final int LOST = 7;

    /** A {@link PoolLease} holds the anchor: if the anchor is collected, the lease was dropped. */
    static final int ANCHORED = 1 << 3;
    /** A guard tracks this lease: in a scope, at FULL and STRICT, and while events are recorded. */
    static final int DETAILED = 1 << 4;
    /** Reported overdue: its close is a late return. */
    static final int OVERDUE = 1 << 5;
    /** Was handed to another thread, so its owner is guarded by the core lock; or is to be looked at on its return. */
    static final int LOCKED = 1 << 6;
    /** Reported because its owner died. */
    static final int ACCUSED = 1 << 7;

    static final int FLAGS = ANCHORED | DETAILED | OVERDUE | LOCKED | ACCUSED;
    static final int GENERATION_SHIFT = 8;
    static final long ONE_GENERATION = 1L << GENERATION_SHIFT;

    private static final VarHandle STATE;
    private static final VarHandle DESCRIPTION;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(SlotFields.class, "state", long.class);
            DESCRIPTION = lookup.findVarHandle(SlotFields.class, "description", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    @SuppressWarnings({"unused", "UnusedVariable"}) // padding
    private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;

    Slot(PoolCore<?> core, int index) {
        super(core, index);
    }

    /** Decides on the return of an object whether it is destroyed. */
    record Retirement(Predicate<Object> test, DestroyReason reason) {}

    /** What a lease has beyond the fields of its slot when a guard tracks it. */
    record Detail(Guard<String> guard, @Nullable Object proxy) {}

    /**
     * Refers weakly to the anchor of this slot. While a lease is out, the lease alone holds the anchor, so that the
     * collection of the anchor proves that the lease was dropped; while the slot is idle nobody does, and the next lease
     * takes the anchor up again or, if it is gone, makes a new pair.
     */
    static final class AnchorReference extends WeakReference<Object> {
        final Slot slot;
        final int madeTick;

        AnchorReference(Object anchor, Slot slot, ReferenceQueue<Object> queue, int madeTick) {
            super(anchor, queue);
            this.slot = slot;
            this.madeTick = madeTick;
        }
    }

    static int tagOf(long state) {
        return (int) state & TAG;
    }

    /** The low 32 bits of the generation: what a handle keeps to recognise its lease. */
    static int stampOf(long state) {
        return (int) (state >>> GENERATION_SHIFT);
    }

    static long generationOf(long state) {
        return state >>> GENERATION_SHIFT;
    }

    /** The same generation in another state, without flags. */
    static long as(long state, int tagAndFlags) {
        return (state & -ONE_GENERATION) | tagAndFlags;
    }

    /** The next generation. */
    static long next(long state, int tag) {
        return ((state & -ONE_GENERATION) + ONE_GENERATION) | tag;
    }

    /** Plain: by the owner of the slot, or as a guess that a CAS checks. */
    long statePlain() {
        return state;
    }

    /** Acquire: a reader that sees LEASED sees the object. */
    long stateAcquire() {
        return (long) STATE.getAcquire(this);
    }

    /** Volatile: the waiter's half of the agreement described at {@link PoolCore}. */
    long stateVolatile() {
        return (long) STATE.getVolatile(this);
    }

    boolean casState(long expected, long replacement) {
        return STATE.compareAndSet(this, expected, replacement);
    }

    /** Volatile: the releaser's half of the agreement described at {@link PoolCore}; by the owner of the slot. */
    void setStateVolatile(long replacement) {
        STATE.setVolatile(this, replacement);
    }

    /** The state, read after all that was read before: what was read belongs to a lease if this is still that lease. */
    long stateAfterRead() {
        VarHandle.loadLoadFence();
        return stateAcquire();
    }

    /** Acquire: see the table. */
    long descriptionAcquire() {
        return (long) DESCRIPTION.getAcquire(this);
    }

    /** Release: see the table. */
    void describeRelease(int stamp, int tick) {
        DESCRIPTION.setRelease(this, (long) stamp << Integer.SIZE | Integer.toUnsignedLong(tick));
    }

    /** Whether a description is that of a lease. */
    static boolean isOf(long description, int stamp) {
        return (int) (description >>> Integer.SIZE) == stamp;
    }

    /** The tick at which a described lease began. */
    static int sinceTick(long description) {
        return (int) description;
    }

    /** Has the next lease sampled, unless its holder writes the same fields just now. */
    void sampleSoon() {
        pause = 0;
        sampleAt = stampOf(stateAcquire());
    }

    /** Adds a flag to a lease; false if that lease has ended, or has the flag. */
    boolean flagLease(long generation, int flag) {
        while (true) {
            long current = stateVolatile();
            if (tagOf(current) != LEASED || generationOf(current) != generation || (current & flag) != 0) {
                return false;
            }
            if (casState(current, current | flag)) {
                return true;
            }
        }
    }

    @Override
    public String toString() {
        long current = stateVolatile();
        return "Slot[" + index + ", tag=" + tagOf(current) + ", flags=" + (current & FLAGS) + ", generation="
                + generationOf(current) + "]";
    }
}
