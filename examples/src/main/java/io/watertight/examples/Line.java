package io.watertight.examples;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A line of source. */
record Line(String className, String file, int number) {
    private static final Pattern NAMED = Pattern.compile("(.+)\\.[^.]+\\((.+):(\\d+)\\)");

    static Line of(StackTraceElement frame) {
        return new Line(frame.getClassName(), String.valueOf(frame.getFileName()), frame.getLineNumber());
    }

    /** Reads the line off the name of a site; null if it names none. */
    static @Nullable Line of(String site) {
        Matcher named = NAMED.matcher(site);
        return named.matches() ? new Line(named.group(1), named.group(2), Integer.parseInt(named.group(3))) : null;
    }

    @Override
    public String toString() {
        return file + ":" + number;
    }
}
