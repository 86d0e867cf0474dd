package io.watertight.concurrency;

import java.util.concurrent.locks.LockSupport;

/** How the time between two attempts passes. */
interface RetryPause {
    /**
     * Waits until the time is over or the token is cancelled.
     *
     * @throws InterruptedException if the calling thread is, or becomes, interrupted
     */
    void await(long nanos, CancelToken token) throws InterruptedException;

    /** Parks the calling thread, which is cheap for a virtual one. */
    static void park(long nanos, CancelToken token) throws InterruptedException {
        Thread waiting = Thread.currentThread();
        long start = System.nanoTime();
        // An unpark that comes when this has returned makes some later park return early, as any park may.
        CancelToken.Registration waking = token.onCancel(() -> LockSupport.unpark(waiting));
        try {
            long left = nanos;
            while (true) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted between two attempts");
                }
                if (left <= 0 || token.isCancelled()) {
                    return;
                }
                LockSupport.parkNanos(token, left);
                left = nanos - (System.nanoTime() - start);
            }
        } finally {
            waking.unregister();
        }
    }
}
