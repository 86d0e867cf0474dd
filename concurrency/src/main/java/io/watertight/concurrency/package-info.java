/**
 * Executors, timers, channels, deadlines and cancel tokens that end with what they were opened for.
 *
 * <p>What each event does to a task, a scope, a timer and a channel stands in tables in {@code docs/concurrency.md}.
 */
@NullMarked
package io.watertight.concurrency;

import org.jspecify.annotations.NullMarked;
