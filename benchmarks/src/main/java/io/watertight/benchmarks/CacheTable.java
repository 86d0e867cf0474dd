package io.watertight.benchmarks;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Compares caches and maps, all of them full, with their peers, as {@link ContestTable} says. */
public final class CacheTable {
    private CacheTable() {}

    /** Takes {@code name=value} arguments; see RESULTS.md. */
    public static void main(String[] args) throws IOException, InterruptedException {
        ContestTable.print(contests(), args);
    }

    static List<Contest> contests() {
        return Stream.of(
                        HitContests.all(),
                        LeaseContests.all(),
                        PutContests.all(),
                        MapReadContests.all(),
                        MissContests.all())
                .flatMap(Collection::stream)
                .toList();
    }
}
