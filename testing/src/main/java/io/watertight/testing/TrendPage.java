package io.watertight.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The trend as one page that needs nothing else: no script, no font, no network. */
final class TrendPage {
    private static final String STYLE = """
            :root{color-scheme:light dark;--text:#1d2329;--soft:#5b6670;--page:#f6f7f8;--card:#fff;--edge:#d9dee3;
            --line:#2463a8;--more:#b3261e;--less:#1b7f3b}
            @media(prefers-color-scheme:dark){:root{--text:#e4e8eb;--soft:#9aa5ae;--page:#14181c;--card:#1d2329;
            --edge:#38424b;--line:#7db3ef;--more:#ff8a80;--less:#74d492}}
            body{margin:0;padding:24px;background:var(--page);color:var(--text);font:15px/1.45 system-ui,sans-serif}
            main{max-width:1180px;margin:0 auto}h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:28px 0 10px}
            p{margin:0 0 12px;color:var(--soft)}code{font:13px ui-monospace,monospace}
            .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(340px,100%),1fr));gap:14px}
            .card{background:var(--card);border:1px solid var(--edge);border-radius:8px;padding:12px 14px;min-width:0}
            .card h3{font-size:14px;margin:0;overflow-wrap:anywhere}.card p{font-size:13px;margin:2px 0 6px}
            .card b{color:var(--text)}svg{display:block;width:100%;height:auto}
            .grid{stroke:var(--edge)}.axis{fill:var(--soft);font-size:11px}.end{text-anchor:end}
            .line{fill:none;stroke:var(--line);stroke-width:2;stroke-linejoin:round}
            .middle{text-anchor:middle}.mark{fill:var(--line);stroke:var(--card);stroke-width:1.5}
            .mark.more{fill:var(--more)}.mark.less{fill:var(--less)}
            .more .what{color:var(--more);font-weight:600}.less .what{color:var(--less);font-weight:600}
            .wide{overflow-x:auto}table{border-collapse:collapse;font-size:13px;width:100%;background:var(--card)}
            th,td{text-align:left;padding:5px 10px;border-bottom:1px solid var(--edge)}td.n,th.n{text-align:right;
            font-variant-numeric:tabular-nums;white-space:nowrap}td.name{overflow-wrap:anywhere}
            .layout{white-space:nowrap}
            summary{cursor:pointer;color:var(--soft);font-size:13px}
            """;

    private TrendPage() {}

    static String html(List<TrendSeries> all) {
        StringBuilder page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                + "<title>Allocations per operation</title>\n<style>\n" + STYLE + "</style></head>\n<body><main>\n"
                + "<h1>Allocations per operation</h1>\n<p>" + summary(all) + "</p>\n");
        List<TrendSeries> changed = all.stream()
                .filter(series -> series.change() != TrendSeries.Change.SAME)
                .toList();
        if (!changed.isEmpty()) {
            changes(page, changed);
        }
        page.append("<h2>All measurements</h2>\n<div class=\"cards\">\n");
        for (int i = 0; i < all.size(); i++) {
            card(page, all.get(i), i);
        }
        return page.append("</div>\n</main></body></html>\n").toString();
    }

    private static String summary(List<TrendSeries> all) {
        if (all.isEmpty()) {
            return "No measurements yet.";
        }
        TrendPoint newest = newest(all);
        return "At commit <code>" + escape(newest.shortCommit()) + "</code> of " + escape(newest.day()) + ": "
                + escape(counts(all)) + ".";
    }

    /** A point of the newest commit: some series was measured there. */
    static TrendPoint newest(List<TrendSeries> all) {
        return all.stream()
                .filter(series -> series.change() != TrendSeries.Change.GONE)
                .findFirst()
                .orElse(all.get(0))
                .last();
    }

    /** For example {@code 1 more, 12 unchanged}. */
    static String counts(List<TrendSeries> all) {
        List<String> counts = new ArrayList<>();
        for (TrendSeries.Change change : TrendSeries.Change.values()) {
            long count =
                    all.stream().filter(series -> series.change() == change).count();
            if (count > 0) {
                counts.add(count + " " + change.words());
            }
        }
        return String.join(", ", counts);
    }

    private static void changes(StringBuilder page, List<TrendSeries> changed) {
        page.append("<h2>What changed</h2>\n<div class=\"wide\"><table><thead><tr><th>Measurement</th><th>Layout</th>"
                + "<th class=\"n\">Before</th><th class=\"n\">Now</th><th>Change</th></tr></thead><tbody>\n");
        for (TrendSeries series : changed) {
            page.append("<tr class=\"")
                    .append(style(series))
                    .append("\"><td class=\"name\">")
                    .append(escape(series.name()))
                    .append("</td><td class=\"layout\">")
                    .append(escape(series.layout()))
                    .append("</td><td class=\"n\">")
                    .append(series.before())
                    .append("</td><td class=\"n\">")
                    .append(series.now())
                    .append("</td><td class=\"what\">")
                    .append(what(series))
                    .append("</td></tr>\n");
        }
        page.append("</tbody></table></div>\n");
    }

    private static void card(StringBuilder page, TrendSeries series, int id) {
        page.append("<section class=\"card ")
                .append(style(series))
                .append("\"><h3>")
                .append(escape(series.name()))
                .append("</h3><p><b>")
                .append(series.now())
                .append("</b> <span class=\"what\">")
                .append(what(series))
                .append("</span> · ")
                .append(escape(series.layout()))
                .append("</p>\n")
                .append(TrendChart.svg(series, id))
                .append("\n<details><summary>Values</summary><div class=\"wide\"><table><thead><tr><th>Commit</th>"
                        + "<th>Date</th><th class=\"n\">B per operation</th></tr></thead><tbody>\n");
        List<TrendPoint> newestFirst = new ArrayList<>(series.points());
        Collections.reverse(newestFirst);
        for (TrendPoint point : newestFirst) {
            page.append("<tr><td><code>")
                    .append(escape(point.shortCommit()))
                    .append("</code></td><td>")
                    .append(escape(point.day()))
                    .append("</td><td class=\"n\">")
                    .append(AllocationResult.number(point.bytesPerOperation()))
                    .append("</td></tr>\n");
        }
        page.append("</tbody></table></div></details></section>\n");
    }

    private static String style(TrendSeries series) {
        return series.change().name().toLowerCase(Locale.ROOT);
    }

    /** The change in words, so that nobody needs the colour. */
    static String what(TrendSeries series) {
        String difference = series.difference();
        return difference.isEmpty()
                ? series.change().words()
                : difference + " " + series.change().words();
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
