package io.watertight.concurrency;

/** A timer that was set. Thread-safe; nothing blocks. */
public interface TimerHandle {
    /**
     * Cancels the timer. What its action holds is free when this returns, and so is its place among the pending ones; who keeps
     * this handle keeps some 48 bytes.
     *
     * @return true if the action will not begin any more: of a timer that fires once it has not and never will; that of a
     *     periodic one may be running for the last time. False if it has begun, or the timer was cancelled before
     */
    boolean cancel();

    /**
     * Says whether the action is still to begin, or to begin again.
     *
     * @return false once a timer that fires once has begun its action, and once any timer is cancelled
     */
    boolean isPending();
}
