package io.watertight.caches;

import io.watertight.guards.Lease;

/**
 * The right to use a value of a {@link LeasedCache} until it is closed. The value is not closed before that, whatever the
 * cache does meanwhile.
 *
 * <p>Keep it in a try-with-resources statement, or in a field of who uses the value, and nowhere else. Thread-safe; no method
 * blocks, and no value is closed by the thread that closes a lease. 16 bytes with compressed oops, and none where the compiler
 * sees that it stays in one method.
 *
 * @param <V> the value
 */
public final class CacheLease<V> implements Lease<V> {
    /*
     * A lease ends once: who takes the hold out of it gives that back. That exchange is guarded by the monitor of the lease,
     * and not a CAS, because the compiler takes away the monitor of an object that nobody else can see, and then the object,
     * but never an atomic operation on a field. Nothing is called in there but a CAS of the handle.
     *
     * Racy: get() and isOpen() read the hold without the monitor; who uses a lease while another thread closes it gets the value
     * or an exception, and has made a mistake in both cases.
     */
    private Hold<V> hold;

    CacheLease(Hold<V> hold) {
        this.hold = hold;
    }

    /**
     * Returns the value.
     *
     * @return the value, valid until this lease is closed
     * @throws IllegalStateException if this lease is closed, or if the cache was closed by force and the value with it
     */
    @Override
    public V get() {
        return hold.value();
    }

    @Override
    public boolean isOpen() {
        return !(hold instanceof EndedHold);
    }

    /**
     * Gives the value back. If the cache has dropped it meanwhile, and nobody else uses it, it is closed in the background.
     *
     * @throws IllegalStateException if the cache's type is STRICT and this lease was closed before
     */
    @Override
    public void close() {
        Hold<V> mine;
        synchronized (this) {
            mine = hold;
            hold = mine.ended();
        }
        mine.release();
    }

    /**
     * Ends this lease and takes the value out of the cache: the caller owns it, and closes it.
     *
     * @return the value
     * @throws IllegalStateException if this lease is closed, or if others lease the same value, or just tried to while it was dropped;
     *     it is unchanged then
     */
    public V detach() {
        Hold<V> mine;
        V value;
        synchronized (this) { // also around the attempt: what was refused has not been away
            mine = hold;
            value = mine.detach();
            hold = mine.ended();
        }
        mine.detached();
        return value;
    }

    @Override
    public String toString() {
        return "CacheLease[" + (isOpen() ? "open]" : "closed]");
    }
}
