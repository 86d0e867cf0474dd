package io.watertight.examples;

import java.io.PrintStream;
import java.util.List;

/** The table at the end. */
final class Table {
    private static final String ROW = "%-38s | %-6s | %-5s | %-10s | %s%n";

    private Table() {}

    static void print(List<Verdict> verdicts, PrintStream out) {
        out.printf(ROW, "pattern", "leaked", "found", "right line", "reported after the fix");
        out.printf(ROW, "-".repeat(38), "------", "-----", "----------", "----------------------");
        for (Verdict verdict : verdicts) {
            out.printf(
                    ROW,
                    verdict.pattern(),
                    word(verdict.leaked()),
                    word(verdict.found()),
                    word(verdict.rightLine()),
                    verdict.reportedAfterFix() + (verdict.cured() ? "" : ", and it still leaks"));
        }
    }

    private static String word(boolean good) {
        return good ? "yes" : "NO";
    }
}
