package io.watertight.testing;

import java.util.ArrayList;
import java.util.List;

/** Comparisons as a table in plain text. */
final class BaselineTable {
    private BaselineTable() {}

    static String text(List<AllocationDifference> differences) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("name", "layout", "baseline", "now", "change", "verdict"));
        for (AllocationDifference difference : differences) {
            rows.add(List.of(
                    difference.name(),
                    difference.layout(),
                    difference.baselineText(),
                    AllocationResult.number(difference.now()),
                    difference.change(),
                    difference.verdict().name()));
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String cell = row.get(column);
                line.append("  ").append(cell).append(" ".repeat(width(rows, column) - cell.length()));
            }
            lines.add(line.toString().stripTrailing());
        }
        return String.join("\n", lines);
    }

    private static int width(List<List<String>> rows, int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
