package io.watertight.concurrency;

/**
 * What {@link Timers} have done.
 *
 * @param pending timers whose action is still to begin, and periodic ones that are not cancelled
 * @param failures actions that threw, actions the executor refused, and threads that could not be started
 * @param refused actions the executor refused: of those that fire once the action is lost, of periodic ones one time is
 * @param skipped times of periodic timers that were left out, because the run before took too long or was refused
 */
public record TimersStats(long pending, long failures, long refused, long skipped) {}
