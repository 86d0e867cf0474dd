package io.watertight.pools;

/** Why a pool destroyed an object. */
public enum DestroyReason {
    /** The pool was closed. */
    CLOSED,
    /** Its holder called {@link PoolLease#invalidate}. */
    INVALIDATED,
    /** {@link Allocator#isValid} said no, or the reset on return failed. */
    INVALID,
    /** It was older than {@link PoolBuilder#maxLifetime}. */
    EXPIRED,
    /** Nobody used it for {@link PoolBuilder#maxIdle}. */
    IDLE,
    /** {@link Pool#evict} chose it. */
    EVICTED,
    /** The pool became smaller. */
    RESIZED,
    /** The pool has another allocator now. */
    REPLACED,
    /** It came back dirty, and {@link DirtyPolicy#DESTROY} is set. */
    DIRTY,
    /** It grew beyond {@link PoolBuilder#maxRetainedCost}. */
    TOO_LARGE,
    /** Its lease was dropped, and {@link LeakPolicy#DESTROY} is set. */
    LEAKED
}
