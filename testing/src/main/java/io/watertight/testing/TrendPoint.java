package io.watertight.testing;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Objects;

/**
 * What one measurement was at one commit.
 *
 * @param commit identifies the commit
 * @param date the date of the commit, as {@code 2025-01-31}, or longer: {@code git log -1 --format=%cI}
 * @param name what was measured
 * @param layout the key of the layout of objects, see {@link ObjectLayout#key}
 * @param bytesPerOperation bytes per operation
 */
public record TrendPoint(String commit, String date, String name, String layout, double bytesPerOperation) {
    private static final int DATE = 10;
    private static final int SHORT_COMMIT = 9;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a text is blank, the date does not start like {@code 2025-01-31}, or the bytes
     *     are negative or not a number
     * @throws NullPointerException if a text is null
     */
    public TrendPoint {
        requireText("commit", commit);
        requireText("date", date);
        requireText("name", name);
        requireText("layout", layout);
        try {
            LocalDate.parse(date.substring(0, Math.min(DATE, date.length())), DateTimeFormatter.ISO_LOCAL_DATE);
        } catch (DateTimeParseException failure) {
            throw new IllegalArgumentException("date must start like 2025-01-31: '" + date + "'", failure);
        }
        AllocationCheck.requireBudget(bytesPerOperation);
    }

    private static void requireText(String what, String text) {
        if (Objects.requireNonNull(text, what + " must not be null").isBlank()) {
            throw new IllegalArgumentException(what + " must not be blank");
        }
    }

    String day() {
        return date.substring(0, DATE);
    }

    String shortCommit() {
        return commit.length() > SHORT_COMMIT ? commit.substring(0, SHORT_COMMIT) : commit;
    }
}
