package io.watertight.guards;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * What is open at one moment, by type and site, the largest count first.
 *
 * @param entries one entry for each site that has something open
 */
public record Outstanding(List<Entry> entries) {
    /**
     * Copies and orders the entries.
     *
     * @param entries one entry for each site
     */
    public Outstanding {
        entries = entries.stream()
                .sorted(Comparator.comparingLong(Entry::count)
                        .reversed()
                        .thenComparing(Entry::type)
                        .thenComparing(Entry::site))
                .toList();
    }

    /**
     * What is open of one type from one site.
     *
     * @param type the type
     * @param site the site's label
     * @param count resources open
     * @param bytes the sum of the sizes that were given for them
     * @param oldest the age of the oldest one, to 100 ms; zero where ages are not kept
     * @param overdue how many of them have been reported overdue
     */
    public record Entry(String type, String site, long count, long bytes, Duration oldest, long overdue) {}

    /**
     * Counts everything.
     *
     * @return resources open, over all entries
     */
    public long total() {
        return entries.stream().mapToLong(Entry::count).sum();
    }

    /**
     * Counts one type.
     *
     * @param type the type
     * @return resources of it that are open
     */
    public long total(String type) {
        return entries.stream()
                .filter(entry -> entry.type().equals(type))
                .mapToLong(Entry::count)
                .sum();
    }

    /**
     * Says whether nothing is open.
     *
     * @return true if there are no entries
     */
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("outstanding: ").append(total());
        for (Entry entry : entries) {
            text.append(System.lineSeparator())
                    .append(String.format(
                            "  %8d x '%s' acquired at %s (%d bytes, oldest %s, overdue %d)",
                            entry.count(),
                            entry.type(),
                            entry.site(),
                            entry.bytes(),
                            Durations.text(entry.oldest()),
                            entry.overdue()));
        }
        return text.toString();
    }
}
