package io.watertight.caches;

import java.time.Duration;
import java.util.List;

/**
 * What was left when a {@link LeasedCache} was closed.
 *
 * @param cache its name
 * @param complete whether every value is closed
 * @param waited how long that took, or was waited for
 * @param leftovers the values that were still leased; what was done with them says the {@link LeftoverPolicy}
 * @param closing how many values were being closed just then, or waited for that
 * @param inFlight how many loaders had not returned yet; what they return is closed
 */
public record CacheCloseReport(
        String cache, boolean complete, Duration waited, List<Leftover> leftovers, int closing, int inFlight) {
    /** Takes a copy of the list. */
    public CacheCloseReport {
        leftovers = List.copyOf(leftovers);
    }

    /**
     * A value that was still leased.
     *
     * @param valueType its class
     * @param leases how many leases of it were open
     * @param site where one of them was acquired; the site of all that were not sampled, if none of them was
     */
    public record Leftover(String valueType, int leases, String site) {}

    @Override
    public String toString() {
        return "cache '" + cache + "': "
                + (complete ? "every value is closed" : leftovers.size() + " values still leased")
                + " after " + waited.toMillis() + " ms" + (closing == 0 ? "" : ", " + closing + " being closed")
                + (inFlight == 0 ? "" : ", " + inFlight + " loaders running")
                + (leftovers.isEmpty() ? "" : ": " + leftovers);
    }
}
