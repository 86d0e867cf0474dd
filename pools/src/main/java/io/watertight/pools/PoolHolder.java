package io.watertight.pools;

import io.watertight.guards.internal.Texts;
import java.time.Duration;

/**
 * Who holds one object of a pool.
 *
 * @param slot the place of the object in the pool
 * @param held for how long, to 100 ms
 * @param thread the name of the thread that acquired it or was handed it; virtual threads by number
 * @param threadId its id; 0 if nobody owns it
 * @param site where it was acquired
 * @param overdue whether it was reported {@link io.watertight.guards.Evidence#OVERDUE}
 */
public record PoolHolder(int slot, Duration held, String thread, long threadId, String site, boolean overdue) {
    @Override
    public String toString() {
        return "held for " + Texts.time(held) + (overdue ? " (overdue)" : "") + " by '" + thread + "', acquired at "
                + site;
    }
}
