package io.watertight.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The command line of {@link TrendReport#main}. */
final class TrendArguments {
    private static final String USAGE = """

            Options of io.watertight.testing.TrendReport, each followed by a value:
              --history FILE    where measurements are remembered, one line each; required
              --commit ID       the commit that the measurements below belong to
              --date DATE       its date: git log -1 --format=%cI
              --baseline FILE   append the measurements of a baseline file
              --jmh FILE        append the allocations of a result file of JMH (-prof gc -rf json)
              --layout KEY      the layout of objects in the JVM that JMH started; this JVM's if left out
              --html FILE       write the report as a page
              --markdown FILE   append the report to a summary
            Example: --history trend.jsonl --commit abc1234 --date 2025-01-31 --baseline \
            src/test/resources/watertight/allocations.baseline --html target/trend.html""";

    private static final List<String> OPTIONS =
            List.of("--history", "--commit", "--date", "--baseline", "--jmh", "--layout", "--html", "--markdown");

    private final Map<String, String> values = new LinkedHashMap<>();

    private TrendArguments() {}

    static TrendArguments parse(String... arguments) {
        TrendArguments parsed = new TrendArguments();
        for (int i = 0; i < arguments.length; i += 2) {
            String option = arguments[i];
            if (!OPTIONS.contains(option)) {
                throw usage("unknown option '" + option + "'");
            }
            if (i + 1 == arguments.length) {
                throw usage(option + " needs a value");
            }
            if (parsed.values.put(option, arguments[i + 1]) != null) {
                throw usage(option + " is given twice");
            }
        }
        parsed.check();
        return parsed;
    }

    private void check() {
        if (!has("--history")) {
            throw usage("--history is required");
        }
        boolean measures = has("--baseline") || has("--jmh");
        if (measures && !(has("--commit") && has("--date"))) {
            throw usage("--baseline and --jmh need --commit and --date");
        }
        if (!measures && !has("--html") && !has("--markdown")) {
            throw usage("there is nothing to do without --baseline, --jmh, --html or --markdown");
        }
    }

    private static IllegalArgumentException usage(String problem) {
        return new IllegalArgumentException("trend: " + problem + "\n" + USAGE);
    }

    boolean has(String option) {
        return values.containsKey(option);
    }

    Path path(String option) {
        return Path.of(value(option));
    }

    private String value(String option) {
        @Nullable String value = values.get(option);
        if (value == null) {
            throw usage(option + " is required");
        }
        return value;
    }

    /** What is to be appended; empty if nothing was given. */
    List<TrendPoint> measurements() throws IOException {
        List<TrendPoint> points = new ArrayList<>();
        if (has("--baseline")) {
            Path file = path("--baseline");
            for (BaselineEntry entry :
                    BaselineText.parse(file.toString(), Files.readString(file)).entries()) {
                points.add(point(entry.key().name(), entry.key().layout(), entry.bytes()));
            }
        }
        if (has("--jmh")) {
            String layout =
                    has("--layout") ? value("--layout") : ObjectLayout.current().key();
            JmhResults.read(path("--jmh"))
                    .bytesPerOperation()
                    .forEach((name, bytes) -> points.add(point(name, layout, bytes)));
        }
        return points;
    }

    private TrendPoint point(String name, String layout, double bytes) {
        return new TrendPoint(value("--commit"), value("--date"), name, layout, bytes);
    }
}
