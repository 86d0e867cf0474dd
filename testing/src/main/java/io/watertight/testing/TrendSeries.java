package io.watertight.testing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The history of one measurement with one layout.
 *
 * @param points oldest first, never empty
 * @param change what happened at the newest commit of the whole history
 */
record TrendSeries(String name, String layout, List<TrendPoint> points, Change change) {
    private static final Comparator<TrendSeries> CHANGES_FIRST = Comparator.comparing(
                    (TrendSeries series) -> series.change)
            .thenComparing(TrendSeries::name)
            .thenComparing(TrendSeries::layout);

    /** What happened at the newest commit, most important first. */
    enum Change {
        MORE("more"),
        NEW("new"),
        LESS("less"),
        SAME("unchanged"),
        GONE("not measured any more");

        private final String words;

        Change(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }

        static Change between(double before, double now) {
            return now > before + AllocationSeries.TOLERANCE
                    ? MORE
                    : now < before - AllocationSeries.TOLERANCE ? LESS : SAME;
        }
    }

    /** All series of a history, what changed first. */
    static List<TrendSeries> of(List<TrendPoint> history) {
        Map<BaselineEntry.Key, List<TrendPoint>> byKey = new LinkedHashMap<>();
        for (TrendPoint point : history) {
            byKey.computeIfAbsent(new BaselineEntry.Key(point.name(), point.layout()), ignored -> new ArrayList<>())
                    .add(point);
        }
        String newest = history.isEmpty() ? "" : history.get(history.size() - 1).commit();
        return byKey.entrySet().stream()
                .map(entry -> new TrendSeries(
                        entry.getKey().name(),
                        entry.getKey().layout(),
                        List.copyOf(entry.getValue()),
                        changeAt(newest, entry.getValue())))
                .sorted(CHANGES_FIRST)
                .toList();
    }

    private static Change changeAt(String newest, List<TrendPoint> points) {
        TrendPoint last = points.get(points.size() - 1);
        if (!last.commit().equals(newest)) {
            return Change.GONE;
        }
        return points.size() == 1
                ? Change.NEW
                : Change.between(points.get(points.size() - 2).bytesPerOperation(), last.bytesPerOperation());
    }

    TrendPoint last() {
        return points.get(points.size() - 1);
    }

    /** The amount before the last one, as text; a dash if there is none. */
    String before() {
        return points.size() == 1
                ? "-"
                : AllocationResult.number(points.get(points.size() - 2).bytesPerOperation()) + " B";
    }

    String now() {
        return AllocationResult.number(last().bytesPerOperation()) + " B";
    }

    /** For example {@code +16 B (+67 %)}; empty if nothing changed. */
    String difference() {
        if (change != Change.MORE && change != Change.LESS) {
            return "";
        }
        double before = points.get(points.size() - 2).bytesPerOperation();
        double difference = last().bytesPerOperation() - before;
        String sign = difference > 0 ? "+" : "";
        String percent = before == 0 ? "" : " (" + sign + Math.round(100 * difference / before) + " %)";
        return sign + AllocationResult.number(difference) + " B" + percent;
    }
}
