package io.watertight.concurrency;

/**
 * What a {@link Retry} has done.
 *
 * @param calls calls that were made
 * @param retries attempts after the first of a call
 * @param recovered calls that succeeded after their first attempt had failed
 * @param failed calls that ended with what an attempt threw: of the last attempt allowed, or not to be tried again
 * @param outOfTime calls that ended because there was no time for an attempt
 * @param outOfBudget calls that ended because the budget was spent
 */
public record RetryStats(long calls, long retries, long recovered, long failed, long outOfTime, long outOfBudget) {}
