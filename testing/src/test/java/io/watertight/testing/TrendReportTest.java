package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class TrendReportTest {
    private static final String LAYOUT = "ref4-header12";

    @TempDir
    Path directory;

    private static TrendPoint point(int commit, String name, double bytes) {
        return new TrendPoint("c" + commit, "2025-01-0" + commit, name, LAYOUT, bytes);
    }

    private static List<TrendPoint> history() {
        return List.of(
                point(1, "pool.acquire", 24),
                point(1, "channel <send> | \"it\"", 40),
                point(1, "same", 8),
                point(1, "gone", 8),
                point(2, "pool.acquire", 40),
                point(2, "channel <send> | \"it\"", 0.25),
                point(2, "same", 8.001),
                point(2, "new", 0));
    }

    /** The page is written so that it is XML, too, but for its doctype and its tags without end. */
    private static Document parse(String html) throws Exception {
        String xml = html.replace("<!DOCTYPE html>", "").replaceAll("<meta ([^>]*)>", "<meta $1/>");
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }

    @Test
    void pageIsWellFormedAndNeedsNothingElse() throws Exception {
        String html = TrendReport.of(history()).html();
        Document page = parse(html);

        assertThat(page.getElementsByTagName("svg").getLength()).isEqualTo(5);
        assertThat(page.getElementsByTagName("details").getLength()).isEqualTo(5);
        assertThat(html)
                .doesNotContain("http", "<script", "@import", "url(")
                .contains("prefers-color-scheme:dark", "channel &lt;send&gt; | &quot;it&quot;")
                .contains("At commit <code>c2</code> of 2025-01-02: 1 more, 1 new, 1 less, 1 unchanged,"
                        + " 1 not measured any more.");
    }

    @Test
    void everyChartHasATitleADescriptionAndItsValuesAsATable() throws Exception {
        Document page = parse(TrendReport.of(history()).html());

        for (int i = 0; i < 5; i++) {
            var svg = (org.w3c.dom.Element) page.getElementsByTagName("svg").item(i);
            assertThat(svg.getAttribute("aria-labelledby")).isEqualTo("t" + i + " d" + i);
            assertThat(svg.getElementsByTagName("title").item(0).getTextContent())
                    .endsWith(LAYOUT);
            assertThat(svg.getElementsByTagName("desc").item(0).getTextContent())
                    .contains("bytes per operation");
        }
        assertThat(page.getElementsByTagName("td").getLength()).isEqualTo(4 * 5 + 8 * 3);
    }

    @Test
    void markdownShowsChangesFirst() {
        assertThat(TrendReport.of(history()).markdown()).isEqualTo("""
                        ### Allocations per operation at `c2`: 1 more, 1 new, 1 less, 1 unchanged, 1 not measured any more

                        | measurement | layout | before | now | change |
                        |---|---|--:|--:|---|
                        | pool.acquire | ref4-header12 | 24 B | 40 B | **+16 B (+67 %) more** |
                        | new | ref4-header12 | - | 0 B | new |
                        | channel &lt;send&gt; \\| &quot;it&quot; | ref4-header12 | 40 B | 0.25 B | -39.75 B (-99 %) less |
                        | gone | ref4-header12 | - | 8 B | not measured any more |

                        <details><summary>1 unchanged</summary>

                        | measurement | layout | before | now | change |
                        |---|---|--:|--:|---|
                        | same | ref4-header12 | 8 B | 8.001 B | unchanged |

                        </details>
                        """);
    }

    @Test
    void emptyHistoryIsAReportToo() throws Exception {
        TrendReport report = TrendReport.of(List.of());

        assertThat(parse(report.html()).getElementsByTagName("svg").getLength()).isZero();
        assertThat(report.markdown()).contains("no measurements yet");
    }

    @Test
    void historyRemembersAndReplacesTheSameCommit() throws IOException {
        Path file = directory.resolve("deep/trend.jsonl");
        TrendHistory history = TrendHistory.at(file);
        assertThat(history.points()).isEmpty();

        history.append(List.of(point(1, "a \"b\" \\ \t", 1), point(1, "c", 2)));
        history.append(List.of(point(2, "c", 3)));
        history.append(List.of(point(1, "c", 4)));

        assertThat(history.points()).containsExactly(point(1, "a \"b\" \\ \t", 1), point(2, "c", 3), point(1, "c", 4));
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void brokenHistoryIsNamedByLine() throws IOException {
        Path file = directory.resolve("trend.jsonl");
        Files.writeString(
                file,
                "{\"commit\":\"a\",\"date\":\"2025-01-01\",\"name\":\"n\",\"layout\":\"l\",\"bytes\":1}\n{\"commit\":\"b\"}\n");

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> TrendHistory.at(file).points())
                .withMessageContaining("trend.jsonl' line '2'")
                .withMessageContaining("mend or delete");
    }

    @Test
    void pointsOfNonsenseAreRefused() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new TrendPoint("c", "yesterday", "n", "l", 1))
                .withMessageContaining("date");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new TrendPoint(" ", "2025-01-01", "n", "l", 1))
                .withMessageContaining("commit");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new TrendPoint("c", "2025-01-01", "n", "l", -1));
    }

    @Test
    void oneCommandAppendsAndWritesBothReports() throws Exception {
        Path baseline = directory.resolve("allocations.baseline");
        Path jmh = directory.resolve("jmh.json");
        Path html = directory.resolve("target/trend.html");
        Path markdown = directory.resolve("summary.md");
        String history = directory.resolve("trend.jsonl").toString();
        Files.writeString(baseline, "pool\t" + LAYOUT + "\t24\t0.01\n");
        Files.writeString(jmh, "[{\"benchmark\":\"B.run\",\"secondaryMetrics\":{\"gc.alloc.rate\":{\"score\":0}}}]");
        Files.writeString(markdown, "before\n");

        TrendReport.main(
                "--history",
                history,
                "--commit",
                "abc",
                "--date",
                "2025-01-31T10:00:00+01:00",
                "--baseline",
                baseline.toString(),
                "--jmh",
                jmh.toString(),
                "--layout",
                LAYOUT);
        TrendReport.main("--history", history, "--html", html.toString(), "--markdown", markdown.toString());

        assertThat(Files.readAllLines(Path.of(history)))
                .containsExactly(
                        "{\"commit\":\"abc\",\"date\":\"2025-01-31T10:00:00+01:00\",\"name\":\"pool\",\"layout\":\""
                                + LAYOUT + "\",\"bytes\":24}",
                        "{\"commit\":\"abc\",\"date\":\"2025-01-31T10:00:00+01:00\",\"name\":\"B.run\",\"layout\":\""
                                + LAYOUT + "\",\"bytes\":0}");
        assertThat(parse(Files.readString(html)).getElementsByTagName("svg").getLength())
                .isEqualTo(2);
        assertThat(markdown).content().startsWith("before\n### Allocations per operation at `abc`: 2 new");
    }

    @Test
    void wrongArgumentsAreExplained() {
        String[][] wrong = {
            {},
            {"--nonsense", "1"},
            {"--history"},
            {"--history", "h"},
            {"--history", "h", "--history", "h"},
            {"--history", "h", "--jmh", "j"},
            {"--history", "h", "--jmh", "j", "--commit", "c"}
        };
        for (String[] arguments : wrong) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .as(String.join(" ", arguments))
                    .isThrownBy(() -> TrendReport.main(arguments))
                    .withMessageContaining("--markdown FILE");
        }
    }
}
