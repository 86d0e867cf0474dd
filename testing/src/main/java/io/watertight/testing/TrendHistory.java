package io.watertight.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A file that remembers measurements commit by commit: one JSON object per line, in the order they were appended.
 *
 * <p>Immutable; the file is read and replaced as a whole, so two processes must not append at once.
 */
public final class TrendHistory {
    private final Path file;

    private TrendHistory(Path file) {
        this.file = file;
    }

    /**
     * Returns the history in a file.
     *
     * @param file the file; it is made by the first append
     * @return the history
     */
    public static TrendHistory at(Path file) {
        return new TrendHistory(Objects.requireNonNull(file, "file must not be null"));
    }

    /**
     * Reads all measurements.
     *
     * @return the measurements, oldest first; empty if there is no file
     * @throws IllegalArgumentException if a line is not a measurement; says which
     * @throws UncheckedIOException if the file cannot be read
     */
    public List<TrendPoint> points() {
        List<TrendPoint> points = new ArrayList<>();
        int number = 0;
        for (String line : lines()) {
            number++;
            if (!line.isBlank()) {
                points.add(parse(file + "' line '" + number, line));
            }
        }
        return points;
    }

    private List<String> lines() {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException failure) {
            throw new UncheckedIOException("history '" + file + "': cannot be read", failure);
        }
    }

    /**
     * Appends measurements. One that has the commit, name and layout of an older one replaces it, so that a build that is
     * run again does no harm.
     *
     * @param added the measurements
     * @throws UncheckedIOException if the file cannot be written; then it is as it was
     */
    public void append(List<TrendPoint> added) {
        List<TrendPoint> points = new ArrayList<>(points());
        points.removeIf(old -> added.stream().anyMatch(point -> isSame(old, point)));
        points.addAll(added);
        try {
            Path directory = file.toAbsolutePath().getParent();
            Files.createDirectories(directory);
            Path unfinished = Files.createTempFile(directory, "history", ".unfinished");
            try {
                Files.write(unfinished, points.stream().map(TrendHistory::line).toList());
                Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(unfinished);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("history '" + file + "': cannot be written", failure);
        }
    }

    private static boolean isSame(TrendPoint one, TrendPoint other) {
        return one.commit().equals(other.commit())
                && one.name().equals(other.name())
                && one.layout().equals(other.layout());
    }

    private static TrendPoint parse(String source, String line) {
        if (JsonReader.parse(source, line) instanceof Map<?, ?> point
                && point.get("commit") instanceof String commit
                && point.get("date") instanceof String date
                && point.get("name") instanceof String name
                && point.get("layout") instanceof String layout
                && point.get("bytes") instanceof Double bytes) {
            return new TrendPoint(commit, date, name, layout, bytes);
        }
        throw new IllegalArgumentException("history '" + source
                + "': not a measurement, as it lacks commit, date, name, layout or bytes; mend or delete the line");
    }

    private static String line(TrendPoint point) {
        return "{\"commit\":" + quote(point.commit()) + ",\"date\":" + quote(point.date()) + ",\"name\":"
                + quote(point.name()) + ",\"layout\":" + quote(point.layout()) + ",\"bytes\":"
                + AllocationResult.number(point.bytesPerOperation()) + "}";
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
