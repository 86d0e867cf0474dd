package io.watertight.caches;

/**
 * What a {@link KeyProfile} knows of the keys of one shape.
 *
 * @param shape the shape
 * @param total keys added since the profile was made: never too low
 * @param errorAtMost by how much the total may be too high; zero as long as there were no more shapes than slots
 * @param share the total, as a share of the totals of all shapes; 0 to 1
 * @param added keys added in this window: never too high
 * @param removed keys removed in this window
 * @param addedBefore keys added in the window before
 * @param removedBefore keys removed in the window before
 */
public record ShapeGrowth(
        String shape,
        long total,
        long errorAtMost,
        double share,
        long added,
        long removed,
        long addedBefore,
        long removedBefore) {
    /**
     * Says how many more there are than when the window began.
     *
     * @return keys added less keys removed; negative if they got fewer
     */
    public long net() {
        return added - removed;
    }

    /**
     * Says the same of the window before.
     *
     * @return keys added less keys removed; negative if they got fewer
     */
    public long netBefore() {
        return addedBefore - removedBefore;
    }
}
