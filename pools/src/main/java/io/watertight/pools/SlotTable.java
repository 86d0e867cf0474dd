package io.watertight.pools;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The slots of a pool, and how a thread finds a free one. */
final class SlotTable {
    /*
     * field      read        write
     * slots      acquire     release, under the core lock; grows, never shrinks, and slots keep their index
     * hints[]    plain       plain        Racy: any slot serves, it is only where a thread looks first; all slots in it
     *                                  were there before this table was published, or came from `slots`
     *
     * Hints are striped by thread id and not thread-local, so that a virtual thread costs nothing.
     */
    private static final int HINT_STRIDE_SHIFT = 4;
    private static final int GOLDEN = 0x9E3779B9;
    private static final int STRIPES = stripeCount(Runtime.getRuntime().availableProcessors());
    private static final int STRIPE_SHIFT = Integer.SIZE - Integer.numberOfTrailingZeros(STRIPES);
    private static final VarHandle SLOTS;

    static {
        try {
            SLOTS = MethodHandles.lookup().findVarHandle(SlotTable.class, "slots", Slot[].class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final PoolCore<?> core;
    private final OrderPolicy order;
    final Slot[] hints = new Slot[STRIPES << HINT_STRIDE_SHIFT];
    private Slot[] slots;

    SlotTable(PoolCore<?> core, OrderPolicy order, int capacity) {
        this.core = core;
        this.order = order;
        this.slots = fill(new Slot[capacity], 0);
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            hints[stripe << HINT_STRIDE_SHIFT] = slots[(int) ((long) stripe * capacity / STRIPES)];
        }
    }

    private static int stripeCount(int processors) {
        int wanted = Math.min(128, Math.max(16, 4 * processors));
        return Integer.highestOneBit(2 * wanted - 1);
    }

    private Slot[] fill(Slot[] table, int from) {
        for (int i = from; i < table.length; i++) {
            table[i] = new Slot(core, i);
        }
        return table;
    }

    Slot[] slotsAcquire() {
        return (Slot[]) SLOTS.getAcquire(this);
    }

    /** Under the core lock. */
    void growTo(int capacity) {
        int before = slots.length;
        if (capacity > before) {
            SLOTS.setRelease(this, fill(Arrays.copyOf(slots, capacity), before)); // its slots are complete
        }
    }

    int count(int tag) {
        int count = 0;
        for (Slot slot : slotsAcquire()) {
            count += Slot.tagOf(slot.stateVolatile()) == tag ? 1 : 0;
        }
        return count;
    }

    /**
     * A free slot, found from where this thread found the last one.
     *
     * @param hints this table's, given by a caller that keeps them: the way to a slot is a chain of reads, and each one counts
     */
    @Nullable
    Slot claimNear(Slot[] hints, int leasedAs) {
        int hint = ((int) Thread.currentThread().getId() * GOLDEN) >>> STRIPE_SHIFT << HINT_STRIDE_SHIFT;
        Slot near = hints[hint];
        return order == OrderPolicy.AFFINITY && tryClaim(near, leasedAs) ? near : claimFrom(hint, leasedAs);
    }

    private @Nullable Slot claimFrom(int hint, int leasedAs) {
        Slot[] all = slotsAcquire();
        Slot slot = claimFrom(all, order == OrderPolicy.COMPACT ? 0 : hints[hint].index, leasedAs);
        if (slot != null && order != OrderPolicy.COMPACT) {
            int next = order == OrderPolicy.ROTATE ? slot.index + 1 : slot.index;
            hints[hint] = all[next == all.length ? 0 : next];
        }
        return slot;
    }

    @Nullable
    Slot claimAny(int leasedAs) {
        return claimFrom(slotsAcquire(), 0, leasedAs);
    }

    private static @Nullable Slot claimFrom(Slot[] all, int start, int leasedAs) {
        for (int i = start; i < all.length; i++) {
            if (tryClaim(all[i], leasedAs)) {
                return all[i];
            }
        }
        for (int i = 0; i < Math.min(start, all.length); i++) {
            if (tryClaim(all[i], leasedAs)) {
                return all[i];
            }
        }
        return null;
    }

    static boolean tryClaim(Slot slot, int tagAndFlags) {
        // Volatile: a waiter has to see what was freed before its bit was seen in `control`.
        long state = slot.stateVolatile();
        return Slot.tagOf(state) == Slot.FREE && slot.casState(state, Slot.as(state, tagAndFlags));
    }
}
