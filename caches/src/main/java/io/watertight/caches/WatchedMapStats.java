package io.watertight.caches;

import org.jspecify.annotations.Nullable;

/**
 * The numbers of a {@link WatchedMap} at one moment; while others use it, they need not add up.
 *
 * @param name the name of the map
 * @param size its entries
 * @param ceiling how many it was meant to have at most
 * @param growthPerMinute how many entries were added a minute, less those removed, over the last five minutes or as long as
 *     the map exists; a time below one second is taken for one second. Negative if the map shrinks
 * @param refused entries that were refused
 * @param reports how often it was reported that there is no room
 * @param growingMost the keys that grow most in the present window; null if none grow, or there is no {@linkplain
 *     WatchedMapBuilder#profile profile}
 */
public record WatchedMapStats(
        String name,
        long size,
        long ceiling,
        double growthPerMinute,
        long refused,
        long reports,
        @Nullable ShapeGrowth growingMost) {
    /**
     * Says whether there are more entries than there were meant to be.
     *
     * @return true if the size is above the ceiling
     */
    public boolean isOverCeiling() {
        return size > ceiling;
    }
}
