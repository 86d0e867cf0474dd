package io.watertight.testing;

import java.util.List;

/**
 * How many objects one operation allocates, and where. Exact: the sizes of all recorded allocations add up to what the
 * thread's own counter says.
 *
 * @param allocationsPerOperation objects per operation
 * @param bytesPerOperation bytes per operation
 * @param operations how many operations were recorded
 * @param sites the lines that allocate, most objects first
 */
public record AllocationCount(
        double allocationsPerOperation, double bytesPerOperation, long operations, List<AllocationSite> sites) {

    /**
     * Copies the list.
     *
     * @throws NullPointerException if {@code sites} is null or contains null
     */
    public AllocationCount {
        sites = List.copyOf(sites);
    }

    /**
     * Says everything, one line per site.
     *
     * @return the lines
     */
    public String message() {
        StringBuilder text = new StringBuilder(AllocationResult.number(allocationsPerOperation))
                .append(" allocations, ")
                .append(AllocationResult.number(bytesPerOperation))
                .append(" B per operation");
        for (AllocationSite site : sites) {
            text.append("\n  ")
                    .append(AllocationResult.number(site.allocationsPerOperation()))
                    .append(" x ")
                    .append(site.type())
                    .append(" (")
                    .append(AllocationResult.number(site.bytesPerOperation()))
                    .append(" B) at ")
                    .append(site.line());
        }
        return text.toString();
    }
}
