package io.watertight.examples;

/**
 * How a ward went.
 *
 * @param pattern the leak pattern
 * @param leaked whether the leaking program did leak, as seen without the library
 * @param found whether the library found it, with the evidence and the facts that it has to give
 * @param rightLine whether the finding names the line where the resource was acquired
 * @param reportedAfterFix what the library reported of the fixed program
 * @param cured whether the fixed program left nothing behind, as seen without the library
 */
record Verdict(String pattern, boolean leaked, boolean found, boolean rightLine, int reportedAfterFix, boolean cured) {
    boolean isHealthy() {
        return leaked && found && rightLine && reportedAfterFix == 0 && cured;
    }
}
