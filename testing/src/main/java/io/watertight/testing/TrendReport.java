package io.watertight.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * How allocations per operation changed from commit to commit, as a page for people and as Markdown for the summary of a
 * CI run. Immutable.
 */
public final class TrendReport {
    private final List<TrendSeries> series;

    private TrendReport(List<TrendSeries> series) {
        this.series = series;
    }

    /**
     * Makes the report of a history.
     *
     * @param points the measurements, oldest first, as {@link TrendHistory#points} returns them
     * @return the report
     */
    public static TrendReport of(List<TrendPoint> points) {
        return new TrendReport(TrendSeries.of(List.copyOf(points)));
    }

    /**
     * Writes the report as one HTML page that needs no other file, no script and no network, in the reader's light or dark
     * colours: a chart per measurement, what changed first, and every value in a table.
     *
     * @return the page
     */
    public String html() {
        return TrendPage.html(series);
    }

    /**
     * Writes what changed at the newest commit as a Markdown table, and the rest folded below it.
     *
     * @return the text, ending with a line break
     */
    public String markdown() {
        if (series.isEmpty()) {
            return "### Allocations per operation: no measurements yet\n";
        }
        StringBuilder text = new StringBuilder("### Allocations per operation at `")
                .append(cell(TrendPage.newest(series).shortCommit()))
                .append("`: ")
                .append(TrendPage.counts(series))
                .append("\n\n");
        List<TrendSeries> changed = new ArrayList<>(series);
        changed.removeIf(one -> one.change() == TrendSeries.Change.SAME);
        List<TrendSeries> same = new ArrayList<>(series);
        same.removeAll(changed);
        if (!changed.isEmpty()) {
            table(text, changed);
        }
        if (!same.isEmpty()) {
            text.append("<details><summary>").append(same.size()).append(" unchanged</summary>\n\n");
            table(text, same);
            text.append("</details>\n");
        }
        return text.toString();
    }

    private static void table(StringBuilder text, List<TrendSeries> rows) {
        text.append("| measurement | layout | before | now | change |\n|---|---|--:|--:|---|\n");
        for (TrendSeries row : rows) {
            String emphasis = row.change() == TrendSeries.Change.MORE ? "**" : "";
            text.append("| ")
                    .append(String.join(
                            " | ",
                            cell(row.name()),
                            cell(row.layout()),
                            row.before(),
                            row.now(),
                            emphasis + TrendPage.what(row) + emphasis))
                    .append(" |\n");
        }
        text.append('\n');
    }

    private static String cell(String text) {
        return TrendPage.escape(text).replace("|", "\\|").replace("`", "'");
    }

    /**
     * Appends measurements to a history and writes reports of it, for a step of a CI run.
     *
     * @param arguments pairs of an option and its value; see the message of the exception
     * @throws IOException if a report cannot be written
     * @throws IllegalArgumentException if the arguments make no sense; the message lists all options
     */
    public static void main(String... arguments) throws IOException {
        TrendArguments options = TrendArguments.parse(arguments);
        TrendHistory history = TrendHistory.at(options.path("--history"));
        List<TrendPoint> added = options.measurements();
        if (!added.isEmpty()) {
            history.append(added);
        }
        TrendReport report = of(history.points());
        if (options.has("--html")) {
            Path page = options.path("--html");
            Files.createDirectories(page.toAbsolutePath().getParent());
            Files.writeString(page, report.html());
        }
        if (options.has("--markdown")) {
            // A summary of a CI run has other parts.
            Files.writeString(
                    options.path("--markdown"),
                    report.markdown(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }
}
