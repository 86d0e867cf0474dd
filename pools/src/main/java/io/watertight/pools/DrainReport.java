package io.watertight.pools;

import io.watertight.guards.internal.Texts;
import java.time.Duration;
import java.util.List;

/**
 * How the drain of a pool ended.
 *
 * @param pool the name of the pool
 * @param complete whether every object is gone
 * @param waited for how long the caller waited
 * @param survivors who still holds an object, the oldest first; each is destroyed when it comes back
 * @param unfinished objects that nobody holds, and whose end is not complete: their {@link Allocator#destroy} has not returned
 */
public record DrainReport(String pool, boolean complete, Duration waited, List<PoolHolder> survivors, int unfinished) {
    /**
     * Copies the list.
     *
     * @param pool the name of the pool
     * @param complete whether every object is gone
     * @param waited for how long the caller waited
     * @param survivors who still holds an object
     * @param unfinished objects whose end is not complete
     */
    public DrainReport {
        survivors = List.copyOf(survivors);
    }

    @Override
    public String toString() {
        if (complete) {
            return "pool '" + pool + "': drained in " + Texts.time(waited);
        }
        StringBuilder text = new StringBuilder("pool '" + pool + "': not drained within " + Texts.time(waited)
                + " (still held=" + survivors.size() + ", being destroyed=" + unfinished + ")");
        survivors.forEach(survivor -> text.append(System.lineSeparator())
                .append("  #")
                .append(survivor.slot())
                .append(' ')
                .append(survivor));
        return text.toString();
    }
}
