package io.watertight.concurrency;

/** What becomes of a task for which an executor has no room. */
public enum SaturationPolicy {
    /** It is refused. */
    REJECT,
    /** Who submits it waits for room, for the time that was set; then it is refused. An interrupt refuses it at once. */
    WAIT,
    /**
     * Who submits it runs it. Cancelling such a task cancels its token and never interrupts that thread, whose interrupts are
     * its own.
     */
    CALLER_RUNS
}
