package io.watertight.diagnostics.internal;

import java.util.regex.Pattern;

/** Takes the parts out of names of hidden classes, those of lambdas mostly, that differ from run to run. */
public final class HiddenNames {
    private static final Pattern ADDRESS =
            Pattern.compile("(\\$\\$Lambda)(?:\\$\\d+)?[/.+]0x[0-9a-f]+|[/.+]0x[0-9a-f]+");

    private HiddenNames() {}

    /**
     * Makes names comparable between runs.
     *
     * @param name the name of a class, or text that contains it
     * @return the same without numbers and addresses of hidden classes
     */
    public static String stable(String name) {
        return name.contains("0x") ? ADDRESS.matcher(name).replaceAll("$1") : name;
    }
}
