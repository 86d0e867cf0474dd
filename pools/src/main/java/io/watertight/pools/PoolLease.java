package io.watertight.pools;

import io.watertight.guards.Lease;
import java.lang.ref.Reference;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The right to use one object of a {@link Pool} until it is closed. Every use after that, and every close but the first, is
 * recognised, whoever has the object by then.
 *
 * <p>Keep it in a try-with-resources statement, or in a field of who uses the object, and nowhere else: when it is dropped
 * unclosed, that is found, reported with the place where it was acquired, and the pool makes another object in place of the
 * lost one. Thread-safe; no method blocks, but {@link #close()} runs the pool's reset and dirty check on the calling thread
 * where there are any. 24 bytes with compressed oops.
 *
 * @param <T> the object
 */
public final class PoolLease<T> implements Lease<T> {
    /*
     * The lease ends by the CAS of its slot out of the generation `stamp` (see Slot). `anchor` is what the slot refers to
     * weakly; it is let go of when the lease has ended, so that a handle that is kept for longer does not keep the anchor,
     * which serves the next lease. Plain: it is written by who won the CAS, and who reads it late loses the CAS.
     *
     * A handle recognises its lease by 32 bits of the generation and by its anchor: a closed handle would be taken for open
     * only by a thread that did not see the close and 2^32 further leases of the same slot.
     *
     * Methods end with reachabilityFence(this): else this lease, and with it the anchor, could be collected before the CAS.
     */
    /** What takes the place of the anchor after invalidate or detach: one close may still follow. */
    private static final Object ENDED = new Object();

    private final Slot slot;
    private final int stamp;

    @Nullable
    Object anchor;

    PoolLease(Slot slot) {
        this.slot = slot;
        this.stamp = Slot.stampOf(slot.statePlain());
    }

    /**
     * Returns the object.
     *
     * @return the object, valid until this lease is closed
     * @throws IllegalStateException if this lease is closed
     */
    @Override
    public T get() {
        try {
            T object = anchor == null ? null : core().tracking.objectOf(slot, stamp);
            if (object == null) {
                throw closed("it cannot be used any more: close it only after the last use of its object");
            }
            return object;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public boolean isOpen() {
        long state = slot.stateVolatile();
        return Slot.stampOf(state) == stamp && Slot.tagOf(state) == Slot.LEASED && anchor != null;
    }

    /**
     * Gives the object back, unless this lease has ended. Never waits, and never throws what an allocator throws. After
     * {@link #invalidate} or {@link #detach} one close is expected, and does nothing.
     *
     * @throws IllegalStateException if the pool's type is STRICT and this lease was closed before
     */
    @Override
    public void close() {
        try {
            if (anchor == ENDED) {
                anchor = null; // the close that comes with try-with-resources, after invalidate or detach
            } else if (anchor != null && core().release(slot, stamp)) {
                anchor = null;
            } else {
                core().closedAgain(this);
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Ends this lease because its object is broken: it is destroyed, in the background, and another is made when one is
     * needed. Has no effect if this lease has ended.
     *
     * @param cause what is wrong; kept for nobody, but a reminder to have a reason
     */
    public void invalidate(Throwable cause) {
        Objects.requireNonNull(cause, "cause");
        try {
            if (anchor != null && core().endLease(slot, stamp, DestroyReason.INVALIDATED)) {
                anchor = ENDED;
            } else {
                core().closedAgain(this);
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Ends this lease and takes the object out of the pool: the caller owns it, and the pool makes another when one is needed.
     *
     * @return the object
     * @throws IllegalStateException if this lease has ended
     */
    public T detach() {
        try {
            T object = anchor == null ? null : core().detach(slot, stamp);
            if (object == null) {
                throw closed("there is nothing to detach");
            }
            anchor = ENDED;
            return object;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Makes another thread the owner, in one step: from here on the end of the calling thread accuses nobody, that of the
     * new owner does.
     *
     * @param newOwner the thread that will close this lease
     * @return this lease
     * @throws IllegalStateException if this lease has ended
     */
    public PoolLease<T> handOver(Thread newOwner) {
        return handOverTo(Objects.requireNonNull(newOwner, "newOwner"));
    }

    /**
     * Takes the ownership from the calling thread without naming the next owner: nobody's end accuses.
     *
     * @return this lease
     * @throws IllegalStateException if this lease has ended
     */
    public PoolLease<T> handOver() {
        return handOverTo(null);
    }

    private PoolLease<T> handOverTo(@Nullable Thread newOwner) {
        try {
            if (anchor == null || !core().handOver(slot, stamp, newOwner)) {
                throw closed("it cannot be handed over");
            }
            return this;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @SuppressWarnings("unchecked")
    private PoolCore<T> core() {
        return (PoolCore<T>) slot.core;
    }

    private IllegalStateException closed(String consequence) {
        return new IllegalStateException("lease of pool '" + slot.core.settings.name + "' is closed; " + consequence);
    }

    @Override
    public String toString() {
        return "PoolLease[" + slot.core.settings.name + " #" + slot.index + (isOpen() ? ", open]" : ", closed]");
    }
}
