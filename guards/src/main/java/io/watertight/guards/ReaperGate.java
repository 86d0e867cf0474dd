package io.watertight.guards;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Lets the reaper end when nothing is tracked, without a shared counter on the path of those who track. */
final class ReaperGate {
    /*
     *   ASLEEP --opener, CAS: starts a reaper--> AWAKE --reaper: announces--> ASLEEP
     *                                              ^                            |
     *                                              `--reaper, CAS: swept and found a record
     *
     * Opener: links its record (CAS), then reads the gate (volatile). Reaper: writes ASLEEP (volatile), then sweeps
     * (volatile reads). All four are in one total order, so either the opener sees ASLEEP and wakes a reaper, or the reaper
     * sees the record and stays: never neither. If both happen, the CAS lets exactly one of them have the gate.
     */
    private final AtomicBoolean awake = new AtomicBoolean();

    boolean isAwake() {
        return awake.get();
    }

    /** True for the one caller that must start a reaper now. */
    boolean wake() {
        return awake.compareAndSet(false, true);
    }

    /** For a waker that could not start a reaper. */
    void failedToWake() {
        awake.set(false);
    }

    /** True if the reaper may end; {@code nothingTracked} sweeps, after the announcement. */
    boolean mayEnd(BooleanSupplier nothingTracked) {
        awake.set(false);
        return nothingTracked.getAsBoolean() || !awake.compareAndSet(false, true);
    }
}
