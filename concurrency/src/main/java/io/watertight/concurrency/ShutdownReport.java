package io.watertight.concurrency;

import io.watertight.guards.internal.Texts;
import java.time.Duration;
import java.util.List;

/**
 * How the close of an executor ended.
 *
 * @param executor the name of the executor
 * @param complete whether no task runs any more
 * @param waited for how long the caller waited
 * @param completed tasks that ran to their end meanwhile
 * @param cancelled tasks that were cancelled meanwhile before they ran
 * @param zombies tasks that go on although they were cancelled
 */
public record ShutdownReport(
        String executor, boolean complete, Duration waited, long completed, long cancelled, List<ZombieTask> zombies) {
    /**
     * Copies the list.
     *
     * @param executor the name of the executor
     * @param complete whether no task runs any more
     * @param waited for how long the caller waited
     * @param completed tasks that ran to their end
     * @param cancelled tasks that were cancelled before they ran
     * @param zombies tasks that go on
     */
    public ShutdownReport {
        zombies = List.copyOf(zombies);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("executor '" + executor + "': "
                + (complete ? "closed in " : "not closed within ")
                + Texts.time(waited) + " (completed=" + completed + ", cancelled=" + cancelled + ", still running="
                + zombies.size() + ")");
        zombies.forEach(
                zombie -> text.append(System.lineSeparator()).append("  ").append(zombie));
        return text.toString();
    }
}
