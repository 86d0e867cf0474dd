package io.watertight.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.watertight.benchmarks.Contest.Entry;
import io.watertight.benchmarks.Contest.Figure;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ContestTableTest {
    /** A contender that does some of its operations. */
    private record Partly(int operations, int run) implements Contender {
        @Override
        public void close() {}
    }

    private static Stream<Contest> contests() {
        return Stream.of(ConcurrencyTable.contests(), CacheTable.contests()).flatMap(List::stream);
    }

    @TestFactory
    Stream<DynamicContainer> everyContenderDoesAllItsOperations() {
        return contests()
                .map(contest -> DynamicContainer.dynamicContainer(
                        contest.name(),
                        contest.entries().stream()
                                .map(Entry::label)
                                .map(label -> DynamicTest.dynamicTest(label, () -> runOnce(contest, label)))));
    }

    private static void runOnce(Contest contest, String label) throws Exception {
        try (Contender contender = contest.make(label)) {
            Map<Figure, Double> figures = ContestCell.measure(contender, 1);

            assertThat(figures).containsOnlyKeys(Figure.values());
            assertThat(figures.get(Figure.WALL)).isPositive();
            assertThat(contender.operations() % contender.callers())
                    .as("left over")
                    .isZero();
            assertThat(contender.run()).as("a second time").isEqualTo(contender.operations());
        }
    }

    @Test
    void contenderThatDoesNotDoAllFails() {
        assertThatThrownBy(() -> ContestCell.measure(new Partly(3, 2), 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("only 2 of 3 operations");
    }

    @Test
    void everyTableHasItsOwnNameAndPeersAmongItsRows() {
        assertThat(contests()).extracting(Contest::name).doesNotHaveDuplicates();
        assertThat(contests())
                .allSatisfy(contest -> assertThat(contest.entries())
                        .extracting(Entry::label)
                        .doesNotHaveDuplicates()
                        .hasSizeGreaterThan(1)
                        .containsAll(contest.peers()));
    }

    @Test
    void ratioIsTheMedianOfTheRatiosWithinTheTurns() {
        Contest contest = new Contest("some", "what")
                .measures(Figure.WALL)
                .compares(Figure.WALL)
                .row("ours", () -> new Partly(1, 1))
                .peer("theirs", () -> new Partly(1, 1));

        String table = ContestTable.markdown(
                contest, Map.of("ours", turns(10, 30, 800, 40, 50), "theirs", turns(10, 10, 400, 10, 10)));

        assertThat(table.lines().filter(line -> !line.isEmpty()))
                .containsExactly(
                        "| what | wall ns/op | x theirs, wall |",
                        "| --- | --- | --- |",
                        "| ours | 40.0 | 3.00 (2.00..4.00) |",
                        "| theirs | 10.0 | 1 |");
    }

    private static List<Map<String, Double>> turns(double... nanos) {
        return Arrays.stream(nanos)
                .mapToObj(wall -> Map.of(Figure.WALL.name(), wall))
                .toList();
    }
}
