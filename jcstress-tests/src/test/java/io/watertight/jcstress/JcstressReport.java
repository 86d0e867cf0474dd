package io.watertight.jcstress;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one run of jcstress said, read line by line from its verbose output. The exit code is not enough: it is 0 when
 * nothing ran at all, and tests that need more processors than there are disappear without a word.
 */
final class JcstressReport {

    /** What became of one test over all its VM configurations. */
    enum Verdict {
        PASSED,
        FORBIDDEN,
        ERROR
    }

    /** The numbers of the line {@code (Results: 4 planned; 2 passed, 2 failed, 0 soft errs, 0 hard errs)}. */
    record Totals(int planned, int passed, int failed, int errors) {}

    private static final Pattern RESULT = Pattern.compile("^\\.* *\\[([A-Z ]+)] (\\S+)$");
    private static final Pattern TOTALS = Pattern.compile(
            "^\\(Results: (\\d+) planned; (\\d+) passed, (\\d+) failed, (\\d+) soft errs, (\\d+) hard errs\\)$");

    private final Map<String, Verdict> verdicts = new HashMap<>();
    private final Map<String, Long> nanos = new HashMap<>();
    private final List<String> fatal = new ArrayList<>();
    private Totals totals = new Totals(0, 0, 0, 0);
    private boolean summary;
    private long last = Long.MIN_VALUE;

    /**
     * Takes the next line of output, read at {@code now} nanoseconds. The time since the previous result is booked on
     * the test of this one, which is exact as long as tests run one after the other (two actors on two processors).
     */
    void accept(String line, long now) {
        if (line.startsWith("FATAL")) {
            fatal.add(line);
        }
        if (line.startsWith("RUN RESULTS")) {
            summary = true;
        }
        if (line.contains("Attached the")) {
            last = now;
        }
        Matcher sum = TOTALS.matcher(line);
        if (sum.matches()) {
            int errors = Integer.parseInt(sum.group(4)) + Integer.parseInt(sum.group(5));
            totals = new Totals(
                    Integer.parseInt(sum.group(1)),
                    Integer.parseInt(sum.group(2)),
                    Integer.parseInt(sum.group(3)),
                    errors);
        }
        Matcher result = RESULT.matcher(line);
        if (result.matches()) {
            verdicts.merge(result.group(2), verdict(result.group(1)), JcstressReport::worse);
            if (!summary && last != Long.MIN_VALUE) {
                nanos.merge(result.group(2), now - last, Long::sum);
                last = now;
            }
        }
    }

    /** The verdict on each test that left at least one result. */
    Map<String, Verdict> verdicts() {
        return Map.copyOf(verdicts);
    }

    /** The numbers of the last progress line: results over all VM configurations. */
    Totals totals() {
        return totals;
    }

    /** Lines in which jcstress gave up, as "No matching tests". */
    List<String> fatal() {
        return List.copyOf(fatal);
    }

    /** Seconds spent in a test, over all its VM configurations. */
    double seconds(String test) {
        return nanos.getOrDefault(test, 0L) / 1e9;
    }

    private static Verdict verdict(String label) {
        return switch (label) {
            case "OK" -> Verdict.PASSED;
            case "FAILED" -> Verdict.FORBIDDEN;
            default -> Verdict.ERROR; // ERROR, VM ERROR, TIMEOUT, API MISMATCH and whatever comes
        };
    }

    private static Verdict worse(Verdict a, Verdict b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}
