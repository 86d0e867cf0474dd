package io.watertight.concurrency;

/** What a {@link TaskRecord} needs of its executor. Nothing here may throw. */
interface TaskHost {
    /** How messages name the executor. */
    String name();

    /** The body of a task that has a permit has ended; its outcome is not yet published. */
    void bodyEnded();

    /** A task that has a permit was cancelled before it ran. */
    void cancelledBeforeRun(TaskRecord<?> task);

    /** A task returned something after it was cancelled. Called by the thread that ran it. */
    void late(TaskRecord<?> task, Object result);
}
