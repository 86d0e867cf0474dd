package io.watertight.pools;

import io.watertight.guards.Site;
import org.jspecify.annotations.Nullable;

/** The fields of a {@link Slot}, which pads them and explains how they are read and written. */
abstract class SlotFields {
    final PoolCore<?> core;
    final int index;

    long state = Slot.ONE_GENERATION | Slot.EMPTY;

    long description;
    int sampleAt;
    int pause;
    long ownerId;

    @Nullable
    Thread owner;

    @Nullable
    Site site;

    Slot.@Nullable AnchorReference reference;

    @Nullable
    Object object;

    @Nullable
    Allocator<?> allocator;

    Slot.@Nullable Detail detail;

    Slot.@Nullable Retirement retirement;

    Job job;

    int expiresAt;
    int seenTick;
    int checkedTick;
    long seenGeneration;

    SlotFields(PoolCore<?> core, int index) {
        this.core = core;
        this.index = index;
        this.job = new Job((Slot) this);
    }
}
