package io.watertight.guards;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** A run of slots for the records of one site, and the count of records that have left them. */
final class Segment {
    /*
     * A slot is null (free), a record (taken), or SEALED (the segment is being taken out of its table).
     *
     *   null --opener, CAS--> record --the one thread that moved the record out of OPEN--> null
     *   null --sweeper, CAS--> SEALED --sweeper, when it meets a record--> null
     *
     * Between the CAS in and the release store out a slot belongs to one record, and leaving it belongs to one thread.
     * So a count beside the slot needs no atomic: the leaving thread adds one and then frees the slot with a release store,
     * which the next opener's CAS acquires. That makes exact counters cost a plain add. Segments beyond a table's first
     * are large and share one atomic count instead, because 8 bytes a slot would be a sixth of the memory of a record.
     *
     * field          read              write
     * slots[i]       volatile, plain*  CAS in; release out; CAS or volatile by the sweeper
     *                acquire (remove)
     * exits[i]       opaque            opaque, ordered by the slot's release and CAS
     * sharedExits    opaque            getAndAdd
     * next           plain             plain, before the segment is published in its stripe; sweeper: see RecordTable
     * hint, cursor   plain             plain
     *
     * *plain: a first look that a CAS or nothing follows.  Racy: hint and cursor are advice about where to look first; a
     * stale one costs a longer search.
     */
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(LeakRecord[].class);
    private static final VarHandle EXITS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle SHARED_EXITS;
    private static final LeakRecord SEALED = new LeakRecord(null, null, 0, Thread.currentThread());

    static {
        SEALED.setOwnerVolatile(null);
        try {
            SHARED_EXITS = MethodHandles.lookup().findVarHandle(Segment.class, "sharedExits", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    final Site site;

    @Nullable
    Segment next;

    private final @Nullable LeakRecord[] slots;
    private final long @Nullable [] exits;

    @SuppressWarnings("UnusedVariable") // read through SHARED_EXITS
    private long sharedExits;

    private int hint;
    private int cursor;

    Segment(Site site, int slots, boolean exitsBesideSlots) {
        this.site = site;
        this.slots = new LeakRecord[slots];
        this.exits = exitsBesideSlots ? new long[slots] : null;
    }

    int size() {
        return slots.length;
    }

    boolean isFirst() {
        return exits != null;
    }

    /** Tries the slot that was freed last. */
    boolean offerAtHint(LeakRecord record) {
        int index = hint;
        return slots[index] == null && offer(index, record);
    }

    /** Tries every slot from the cursor on; the cursor only moves forward until {@link #rewind()}. */
    boolean offerFromCursor(LeakRecord record) {
        for (int index = cursor; index < slots.length; index++) {
            if (slots[index] == null && offer(index, record)) {
                cursor = index + 1;
                return true;
            }
        }
        cursor = slots.length;
        return false;
    }

    /** CAS with volatile effect: it publishes the record, and orders it before the opener's look at the reaper's state. */
    private boolean offer(int index, LeakRecord record) {
        record.place(this, index);
        return SLOT.compareAndSet(slots, index, (LeakRecord) null, record);
    }

    /** Takes a record out. Only by the thread that moved the record out of OPEN. */
    void remove(LeakRecord record) {
        int index = record.index();
        // Acquire: synchronizes with the CAS that put the record in, even where the guard was published by a data race,
        // and
        // so with the count of whoever had this slot before.
        LeakRecord leaving = (LeakRecord) SLOT.getAcquire(slots, index);
        assert leaving == record : "a record left its slot twice";
        if (exits == null) {
            SHARED_EXITS.getAndAdd(this, 1L);
        } else {
            EXITS.setOpaque(exits, index, exits[index] + 1);
        }
        // Release: the next opener of this slot, whose CAS acquires, sees the count.
        SLOT.setRelease(slots, index, (LeakRecord) null);
        hint = index;
    }

    /** Whether a record is still in its slot. */
    boolean holds(LeakRecord record) {
        return SLOT.getVolatile(slots, record.index()) == record;
    }

    /** Starts the search from the first slot again. */
    void rewind() {
        cursor = 0;
    }

    /** The record in a slot, or null. */
    @Nullable
    LeakRecord at(int index) {
        LeakRecord record = (LeakRecord) SLOT.getVolatile(slots, index);
        return record == SEALED ? null : record;
    }

    long exitsAt(int index) {
        return exits == null ? 0 : (long) EXITS.getOpaque(exits, index);
    }

    long sharedExits() {
        return (long) SHARED_EXITS.getOpaque(this);
    }

    boolean isEmpty() {
        for (int index = 0; index < slots.length; index++) {
            if (at(index) != null) {
                return false;
            }
        }
        return true;
    }

    /** Free slots, about. */
    int free() {
        int free = 0;
        for (LeakRecord record : slots) {
            if (record == null) {
                free++;
            }
        }
        return free;
    }

    /** Closes an empty segment to openers for ever; false, and nothing changed, if it holds a record. */
    boolean seal() {
        for (int index = 0; index < slots.length; index++) {
            if (!SLOT.compareAndSet(slots, index, (LeakRecord) null, SEALED)) {
                unseal(index);
                return false;
            }
        }
        return true;
    }

    /** Opens a sealed segment again. */
    void unseal() {
        unseal(slots.length);
    }

    private void unseal(int sealedSlots) {
        for (int index = 0; index < sealedSlots; index++) {
            SLOT.setVolatile(slots, index, (LeakRecord) null);
        }
    }
}
