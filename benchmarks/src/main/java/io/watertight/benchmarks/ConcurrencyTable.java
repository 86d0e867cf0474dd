package io.watertight.benchmarks;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Compares executors, scopes, timers, channels and tokens with their peers, as {@link ContestTable} says. */
public final class ConcurrencyTable {
    private ConcurrencyTable() {}

    /** Takes {@code name=value} arguments; see RESULTS.md. */
    public static void main(String[] args) throws IOException, InterruptedException {
        ContestTable.print(contests(), args);
    }

    /** The tables for which this JDK has at least two contenders. */
    static List<Contest> contests() {
        return Stream.of(
                        ExecutorContests.all(),
                        ScopeContests.all(),
                        TimerContests.all(),
                        ChannelContests.all(),
                        TokenContests.all())
                .flatMap(Collection::stream)
                .filter(contest -> contest.entries().size() > 1)
                .toList();
    }
}
