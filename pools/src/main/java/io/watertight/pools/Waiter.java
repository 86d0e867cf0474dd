package io.watertight.pools;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Somebody who waits for an object, in the order of arrival. */
class Waiter {
    /*
     * field        read                          write
     * granted      volatile, by the waiter       under the core lock, once
     * refused      volatile, by the waiter       under the core lock, once
     * next, previous, queued                     under the core lock
     *
     * Exactly one of: granted is set, refused is set, or the waiter takes itself out of the queue. All three happen under
     * the core lock.
     */
    private final @Nullable Thread thread;
    /** The state its slot is to be in: LEASED and flags. */
    final int leasedAs;

    volatile @Nullable Slot granted;
    /** The pool was closed. */
    volatile boolean refused;

    @Nullable
    Waiter next;

    @Nullable
    Waiter previous;

    boolean queued;

    Waiter(@Nullable Thread thread, int leasedAs) {
        this.thread = thread;
        this.leasedAs = leasedAs;
    }

    /** Called without locks, after {@link #granted} or {@link #refused} was set. */
    void wake() {
        LockSupport.unpark(thread);
    }

    final boolean isDecided() {
        return granted != null || refused;
    }

    /** Waiters in the order of arrival; guarded by the core lock. */
    static final class Queue {
        private @Nullable Waiter head;
        private @Nullable Waiter tail;
        private int size;

        void add(Waiter waiter) {
            waiter.previous = tail;
            if (tail == null) {
                head = waiter;
            } else {
                tail.next = waiter;
            }
            tail = waiter;
            waiter.queued = true;
            size++;
        }

        @Nullable
        Waiter head() {
            return head;
        }

        int size() {
            return size;
        }

        /** Takes a waiter out, wherever it is; false if it is not in. */
        boolean remove(Waiter waiter) {
            if (!waiter.queued) {
                return false;
            }
            Waiter before = waiter.previous;
            Waiter after = waiter.next;
            if (before == null) {
                head = after;
            } else {
                before.next = after;
            }
            if (after == null) {
                tail = before;
            } else {
                after.previous = before;
            }
            waiter.previous = null;
            waiter.next = null;
            waiter.queued = false;
            size--;
            return true;
        }
    }
}
