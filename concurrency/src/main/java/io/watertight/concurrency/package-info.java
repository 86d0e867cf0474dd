/**
 * Executors, timers, channels, deadlines and cancel tokens that end with what they were opened for.
 *
 * <p>What becomes of a task of a {@link io.watertight.concurrency.CancellableExecutor}:
 *
 * <table>
 *   <caption>event, and what it does to a task that waits and to one that runs</caption>
 *   <tr><th>event</th><th>task that waits</th><th>task that runs</th></tr>
 *   <tr><td>{@code cancel(true)}</td>
 *       <td>never runs; future cancelled; what it holds and its place are free at once</td>
 *       <td>future and token cancelled; its thread is interrupted while it runs this task, or not at all; its place is free when
 *           it has ended; a late result is disposed, or reported</td></tr>
 *   <tr><td>{@code cancel(false)}</td><td>the same</td><td>the same without the interrupt</td></tr>
 *   <tr><td>deadline passes</td>
 *       <td>as {@code cancel(true)}, with a {@link java.util.concurrent.TimeoutException} as the cause</td>
 *       <td>the same</td></tr>
 *   <tr><td>it throws</td><td></td>
 *       <td>the future has it; of a command, the handler of the thread; the thread goes on</td></tr>
 *   <tr><td>refusal</td>
 *       <td>{@link java.util.concurrent.RejectedExecutionException} to who submits; a future that was to be executed is
 *           cancelled; no place is taken</td><td></td></tr>
 *   <tr><td>{@code shutdown()}</td><td>runs</td><td>goes on</td></tr>
 *   <tr><td>{@code shutdownNow()}</td>
 *       <td>handed back, its future and that inside a command cancelled</td><td>as {@code cancel(true)}</td></tr>
 *   <tr><td>{@code close()}</td>
 *       <td>runs, if its turn comes within the grace; then as {@code shutdownNow()}</td>
 *       <td>goes on for the grace; then as {@code cancel(true)}; what does not end is in the report, with its stack</td></tr>
 *   <tr><td>executor dropped</td>
 *       <td>cancelled; the loss is reported</td>
 *       <td>goes on for the grace; then as {@code cancel(true)}</td></tr>
 *   <tr><td>future dropped</td><td>runs</td><td>goes on; its result is nobody's</td></tr>
 *   <tr><td>who waits in {@code get} is interrupted</td><td>no change</td><td>no change</td></tr>
 * </table>
 */
@NullMarked
package io.watertight.concurrency;

import org.jspecify.annotations.NullMarked;
