package io.watertight.pools;

import org.jspecify.annotations.Nullable;

/** What a worker is to do with a slot. A slot has one, which is used again unless its call had to be given up. */
final class Job {
    /** What to do. */
    enum Kind {
        CREATE,
        VALIDATE,
        DESTROY
    }

    final Slot slot;
    // All guarded by the core lock.
    Kind kind = Kind.CREATE;
    DestroyReason reason = DestroyReason.CLOSED;

    @Nullable
    Job next;
    /** The thread that runs it; null while it waits, and when it is not needed. */
    @Nullable
    Thread runner;

    long startedNanos;
    /** The call took too long: the slot goes on without it, and what it returns is destroyed. */
    boolean givenUp;

    Job(Slot slot) {
        this.slot = slot;
    }
}
