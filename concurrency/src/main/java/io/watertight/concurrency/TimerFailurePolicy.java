package io.watertight.concurrency;

/** What becomes of a periodic timer whose action throws. The failure is logged and counted in either case. */
public enum TimerFailurePolicy {
    /** It fires again at its next time. */
    CONTINUE,
    /** It is cancelled. */
    CANCEL
}
