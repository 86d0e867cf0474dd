package io.watertight.concurrency;

import io.watertight.guards.internal.Texts;
import java.time.Duration;
import java.util.List;

/**
 * A task that did not end although it was told to.
 *
 * @param thread the name of the thread that runs it
 * @param running for how long, to 100 ms
 * @param site where it was submitted, where that is tracked
 * @param stack where it is now
 */
public record ZombieTask(String thread, Duration running, String site, List<StackTraceElement> stack) {
    /**
     * Copies the stack.
     *
     * @param thread the name of the thread
     * @param running for how long
     * @param site where it was submitted
     * @param stack where it is now
     */
    public ZombieTask {
        stack = List.copyOf(stack);
    }

    @Override
    public String toString() {
        return "running for " + Texts.time(running) + " on '" + thread + "', submitted at " + site
                + (stack.isEmpty() ? "" : ", now at " + stack.get(0));
    }
}
