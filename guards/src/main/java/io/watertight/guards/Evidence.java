package io.watertight.guards;

/** What a {@link LeakReport} rests on. */
public enum Evidence {
    /** The handle was dropped without close and collected: certain. */
    GC_PROVEN("dropped without close()"),
    /** The handle has been open for longer than its type allows: its holder may merely be slow. */
    OVERDUE("held longer than its type allows"),
    /** The scope it was opened in has ended while it was open. */
    SCOPE_END("still open when its scope ended"),
    /** The platform thread that owned it has ended while it was open: a suspicion, cleared by a hand-over. */
    OWNER_DEAD("its owner thread has ended"),
    /** Its cleanup threw, so whether the resource is released is unknown. */
    CLOSE_FAILED("its cleanup threw");

    private final String sentence;

    Evidence(String sentence) {
        this.sentence = sentence;
    }

    /** The resource is open as far as its guard knows: worth asking the resource itself. */
    boolean isSuspicion() {
        return this == OVERDUE || this == SCOPE_END || this == OWNER_DEAD;
    }

    String sentence() {
        return sentence;
    }
}
