package io.watertight.testing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The text of a baseline file: sorted lines of name, layout, bytes and tolerance, separated by tabs. Comments stay with
 * the line below them.
 */
final class BaselineText {
    private static final List<String> HEADER = List.of(
            "# Bytes per operation by name and layout of objects, and how many more are tolerated. Compared by tests;",
            "# rewritten by running them with -Dwatertight.allocations.write=true. Sorted, separated by tabs.");
    private static final int COLUMNS = 4;

    private final SortedMap<BaselineEntry.Key, BaselineEntry> entries = new TreeMap<>();
    private final List<String> lastComments = new ArrayList<>();

    /** Parses a text; {@code source} names it in messages. */
    static BaselineText parse(String source, String text) {
        BaselineText parsed = new BaselineText();
        List<String> comments = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.startsWith("#")) {
                if (!HEADER.contains(line)) {
                    comments.add(line);
                }
            } else if (!line.isBlank()) {
                BaselineEntry entry = entry(source, number, line, comments);
                if (parsed.entries.put(entry.key(), entry) != null) {
                    throw malformed(source, number, line, "the same name and layout as a line above");
                }
                comments.clear();
            }
        }
        parsed.lastComments.addAll(comments);
        return parsed;
    }

    private static BaselineEntry entry(String source, int number, String line, List<String> comments) {
        String[] columns = line.split("\t", -1);
        if (columns.length != COLUMNS) {
            throw malformed(source, number, line, "not four columns separated by tabs");
        }
        try {
            double bytes = Double.parseDouble(columns[2]);
            double tolerance = Double.parseDouble(columns[3]);
            if (bytes >= 0 && tolerance >= 0) {
                return new BaselineEntry(new BaselineEntry.Key(columns[0], columns[1]), bytes, tolerance, comments);
            }
        } catch (NumberFormatException notANumber) {
            // said below
        }
        throw malformed(source, number, line, "bytes and tolerance must be numbers of at least 0");
    }

    private static IllegalArgumentException malformed(String source, int number, String line, String why) {
        return new IllegalArgumentException("baseline '" + source + "': line " + number + " cannot be read: " + why
                + ": '" + line + "'; mend or delete the line");
    }

    Collection<BaselineEntry> entries() {
        return entries.values();
    }

    @Nullable
    BaselineEntry get(BaselineEntry.Key key) {
        return entries.get(key);
    }

    /** Replaces the bytes of an entry, or adds one; tolerance and comments stay. */
    void put(BaselineEntry.Key key, double bytes) {
        BaselineEntry old = entries.get(key);
        entries.put(
                key,
                old == null
                        ? new BaselineEntry(key, bytes, AllocationSeries.TOLERANCE, List.of())
                        : new BaselineEntry(key, bytes, old.tolerance(), old.comments()));
    }

    /** The whole file. */
    String text() {
        List<String> lines = new ArrayList<>(HEADER);
        for (BaselineEntry entry : entries.values()) {
            lines.addAll(entry.comments());
            lines.add(entry.line());
        }
        lines.addAll(lastComments);
        return String.join("\n", lines) + "\n";
    }
}
