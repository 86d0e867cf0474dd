package io.watertight.benchmarks;

import io.watertight.benchmarks.Contest.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The same contest for each order of the keys, and with one thread and with two. */
final class CacheContest {
    /** Adds the rows. */
    interface Rows {
        Contest to(Contest contest, KeyOrder order, int threads);
    }

    private CacheContest() {}

    static List<Contest> each(String name, String title, Rows rows) {
        List<Contest> contests = new ArrayList<>();
        for (KeyOrder order : KeyOrder.values()) {
            for (int threads = 1; threads <= 2; threads++) {
                Contest contest = new Contest(
                                name + "-" + order.name().toLowerCase(Locale.ROOT) + "-" + threads,
                                title + ", " + order.text + ", " + threads(threads))
                        .measures(Figure.WALL, Figure.CALLER, Figure.PROCESS, Figure.CALLER_BYTES)
                        .compares(Figure.WALL, Figure.CALLER);
                contests.add(rows.to(contest, order, threads));
            }
        }
        return contests;
    }

    static String threads(int threads) {
        return threads == 1 ? "1 thread" : threads + " threads";
    }
}
