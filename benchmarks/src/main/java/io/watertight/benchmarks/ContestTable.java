package io.watertight.benchmarks;

import io.watertight.benchmarks.Contest.Entry;
import io.watertight.benchmarks.Contest.Figure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Has the contenders of contests measured and prints the tables in Markdown, ready for {@code RESULTS.md}.
 *
 * <p>For each table every contender has a JVM of its own, all at the same time; they take turns, each for a fraction of a
 * second, in an order drawn anew, and those whose turn it is not wait for an order. So a disturbance hits all alike, and no
 * contender is compiled for another's classes. A figure is the median of the turns; a ratio is the median of the ratios
 * within one turn, with the quartiles in parentheses.
 */
final class ContestTable {
    private static final int SEED = 42;

    private final Arguments arguments;
    private final int rounds;
    private final int warmups;
    private final int iterations;
    private final String millis;

    private ContestTable(Arguments arguments) {
        this.arguments = arguments;
        rounds = arguments.number("rounds", 2);
        warmups = arguments.number("warmups", 15);
        iterations = arguments.number("iterations", 10);
        millis = Long.toString(Math.round(1e3 * Double.parseDouble(arguments.text("seconds", "0.2"))));
    }

    /** Prints those of the contests that the arguments, {@code name=value}, ask for; see RESULTS.md. */
    static void print(List<Contest> contests, String[] args) throws IOException, InterruptedException {
        new ContestTable(new Arguments(args)).run(contests);
    }

    /** The contest of this name, of whichever table. */
    static Contest contest(String name) {
        return Stream.of(CacheTable.contests(), ConcurrencyTable.contests())
                .flatMap(Collection::stream)
                .filter(contest -> contest.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no table '" + name + "'"));
    }

    private void run(List<Contest> contests) throws IOException, InterruptedException {
        System.out.printf(
                "%n%s Rounds: %d, each with %d x %s ms of warm-up and %d x %s ms measured.%n",
                Report.machine(arguments), rounds, warmups, millis, iterations, millis);
        for (Contest contest : contests) {
            if (contest.name().matches(arguments.text("only", ".*"))) {
                System.out.println(markdown(contest, turns(contest)));
            }
        }
    }

    /** The figures of each contender, one after the other turn; the JVMs are fresh in each round. */
    private Map<String, List<Map<String, Double>>> turns(Contest contest) throws IOException, InterruptedException {
        Map<String, List<Map<String, Double>>> turns = new HashMap<>();
        Random order = new Random(SEED);
        for (int round = 1; round <= rounds; round++) {
            System.err.printf("%s: round %d of %d%n", contest.name(), round, rounds);
            Map<String, Fork> forks = new LinkedHashMap<>();
            try {
                for (Entry entry : contest.entries()) {
                    forks.put(entry.label(), fork(contest, entry.label()));
                }
                List<String> labels = new ArrayList<>(forks.keySet());
                for (int turn = 1; turn <= warmups + iterations; turn++) {
                    Collections.shuffle(labels, order);
                    for (String label : labels) {
                        Map<String, Double> figures = forks.get(label).ask(millis);
                        if (turn > warmups) {
                            turns.computeIfAbsent(label, none -> new ArrayList<>())
                                    .add(figures);
                        }
                    }
                }
            } finally {
                for (Fork fork : forks.values()) {
                    fork.close();
                }
            }
        }
        return turns;
    }

    private static Fork fork(Contest contest, String label) throws IOException {
        return new Fork(
                contest.name() + ", " + label,
                ContestCell.class,
                List.of(GuardTable.forkOptions()),
                List.of(contest.name(), label));
    }

    static String markdown(Contest contest, Map<String, List<Map<String, Double>>> turns) {
        List<String> heads = new ArrayList<>(List.of(contest.title()));
        contest.figures().forEach(figure -> heads.add(figure.head));
        for (String peer : contest.peers()) {
            contest.compared().forEach(figure -> heads.add("x " + peer + ", " + figure.brief));
        }
        StringBuilder text = new StringBuilder(System.lineSeparator());
        Report.heads(text, heads);
        for (Entry entry : contest.entries()) {
            List<String> row = new ArrayList<>(List.of(entry.label()));
            List<Map<String, Double>> own = turns.get(entry.label());
            for (Figure figure : contest.figures()) {
                row.add(Report.format("%.1f", Report.median(of(own, figure))));
            }
            for (String peer : contest.peers()) {
                for (Figure figure : contest.compared()) {
                    row.add(peer.equals(entry.label()) ? "1" : ratio(of(own, figure), of(turns.get(peer), figure)));
                }
            }
            Report.row(text, row);
        }
        return text.toString();
    }

    private static List<Double> of(List<Map<String, Double>> turns, Figure figure) {
        return turns.stream().map(turn -> turn.get(figure.name())).toList();
    }

    private static String ratio(List<Double> own, List<Double> peers) {
        List<Double> ratios = new ArrayList<>();
        for (int turn = 0; turn < own.size(); turn++) {
            ratios.add(own.get(turn) / peers.get(turn));
        }
        Collections.sort(ratios);
        return String.format(
                Locale.ROOT,
                "%.2f (%.2f..%.2f)",
                Report.median(ratios),
                ratios.get(ratios.size() / 4),
                ratios.get(ratios.size() * 3 / 4));
    }
}
