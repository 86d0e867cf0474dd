package io.watertight.concurrency;

/** What a {@link TimerWheel} needs of the world: a thread that turns it, and somebody who runs what is due. */
interface TimerHost {
    /** Starts a thread that calls {@link TimerWheel#turn} until that says false. May fail. */
    void start() throws Exception;

    /** Called by the thread that turns: waits, at most so long, or less. */
    void park(long nanos);

    /** Ends the wait of the thread that turns, or its next one. */
    void unpark();

    /** Called by the thread that turns: has a timer run. Must not throw. */
    void due(TimerNode node);

    /** A timer that was due, and may be waiting to be run, was cancelled. */
    void withdrawn(TimerNode node);

    /** An action, or something of ours, failed. */
    void failed(String what, Throwable failure);

    /** The wheel is closed, and nothing is left in it. */
    void ended();
}
