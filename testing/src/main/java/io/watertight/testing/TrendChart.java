package io.watertight.testing;

import java.util.List;
import java.util.Locale;

/** A series as a step line in SVG: bytes from 0 upwards, one step per commit, and a mark wherever the amount changed. */
final class TrendChart {
    private static final int WIDTH = 360;
    private static final int HEIGHT = 130;
    private static final int LEFT = 66;
    private static final int RIGHT = 12;
    private static final int TOP = 12;
    private static final int BOTTOM = 22;
    private static final int MOST_COMMITS = 200;

    private final TrendSeries series;
    private final List<TrendPoint> points;
    private final double ceiling;

    private TrendChart(TrendSeries series) {
        this.series = series;
        List<TrendPoint> all = series.points();
        this.points = all.subList(Math.max(0, all.size() - MOST_COMMITS), all.size());
        this.ceiling = ceiling(
                points.stream().mapToDouble(TrendPoint::bytesPerOperation).max().orElse(0));
    }

    /** The chart; {@code id} makes the ids of its title and description unique on the page. */
    static String svg(TrendSeries series, int id) {
        return new TrendChart(series).draw(id);
    }

    private String draw(int id) {
        StringBuilder svg = new StringBuilder();
        svg.append(text("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"t%d d%d\">", WIDTH, HEIGHT, id, id));
        svg.append(text("<title id=\"t%d\">%s</title>", id, TrendPage.escape(series.name() + ", " + series.layout())));
        svg.append(text("<desc id=\"d%d\">%s</desc>", id, TrendPage.escape(description())));
        line(svg, ceiling);
        line(svg, ceiling / 2);
        line(svg, 0);
        svg.append("<path class=\"line\" d=\"").append(path()).append("\"/>");
        marks(svg);
        svg.append(text(
                "<text class=\"axis %s\" x=\"%.1f\" y=\"%d\">%s</text>",
                points.size() == 1 ? "middle" : "start",
                x(0),
                HEIGHT - 6,
                TrendPage.escape(points.get(0).day())));
        if (points.size() > 1) {
            svg.append(text(
                    "<text class=\"axis end\" x=\"%d\" y=\"%d\">%s</text>",
                    WIDTH - RIGHT, HEIGHT - 6, TrendPage.escape(series.last().day())));
        }
        return svg.append("</svg>").toString();
    }

    private String description() {
        return points.size() + (points.size() == 1 ? " commit, " : " commits, from ")
                + AllocationResult.number(points.get(0).bytesPerOperation())
                + (points.size() == 1
                        ? ""
                        : " to " + AllocationResult.number(series.last().bytesPerOperation()))
                + " bytes per operation";
    }

    private void line(StringBuilder svg, double bytes) {
        svg.append(text(
                "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
                LEFT, WIDTH - RIGHT, y(bytes), y(bytes)));
        svg.append(text(
                "<text class=\"axis end\" x=\"%d\" y=\"%.1f\">%s</text>",
                LEFT - 6, y(bytes) + 4, AllocationResult.number(bytes) + (bytes == ceiling ? " B" : "")));
    }

    private String path() {
        StringBuilder path =
                new StringBuilder(text("M%.1f %.1f", x(0), y(points.get(0).bytesPerOperation())));
        for (int i = 1; i < points.size(); i++) {
            path.append(text("H%.1fV%.1f", x(i), y(points.get(i).bytesPerOperation())));
        }
        return path.toString();
    }

    /** Every change is marked, and the last commit. */
    private void marks(StringBuilder svg) {
        for (int i = 0; i < points.size(); i++) {
            TrendPoint point = points.get(i);
            TrendSeries.Change change = i == 0
                    ? TrendSeries.Change.SAME
                    : TrendSeries.Change.between(points.get(i - 1).bytesPerOperation(), point.bytesPerOperation());
            if (change != TrendSeries.Change.SAME || i == points.size() - 1) {
                svg.append(text(
                        "<path class=\"mark %s\" d=\"%s\"><title>%s</title></path>",
                        change.name().toLowerCase(Locale.ROOT),
                        shape(change, x(i), y(point.bytesPerOperation())),
                        TrendPage.escape(point.shortCommit() + ", " + point.day() + ": "
                                + AllocationResult.number(point.bytesPerOperation()) + " B")));
            }
        }
    }

    /** A triangle that points up or down, or a diamond: colour alone is not for everybody. */
    private static String shape(TrendSeries.Change change, double x, double y) {
        return switch (change) {
            case MORE -> text("M%.1f %.1fh10l-5-9z", x - 5, y + 4);
            case LESS -> text("M%.1f %.1fh10l-5 9z", x - 5, y - 4);
            default -> text("M%.1f %.1fl4.5 4.5l4.5-4.5l-4.5-4.5z", x - 4.5, y);
        };
    }

    private double x(int index) {
        int span = WIDTH - LEFT - RIGHT;
        return points.size() == 1 ? LEFT + span / 2.0 : LEFT + (double) span * index / (points.size() - 1);
    }

    private double y(double bytes) {
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - bytes / ceiling);
    }

    /** The next of 1, 2, 4, 6, 8, 10 times a power of ten. */
    private static double ceiling(double most) {
        if (most <= 0) {
            return 1;
        }
        double power = Math.pow(10, Math.floor(Math.log10(most)));
        for (double factor : new double[] {1, 2, 4, 6, 8}) {
            if (most <= factor * power) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private static String text(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
