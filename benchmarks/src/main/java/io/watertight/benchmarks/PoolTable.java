package io.watertight.benchmarks;

import io.watertight.benchmarks.PoolCell.Situation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/**
 * Compares pools and prints the tables in Markdown, ready for {@code RESULTS.md}: what claiming, touching and releasing an
 * object costs where nobody waits, how 64 threads share 4 objects, and how long a waiter waits after a release.
 *
 * <p>A round runs every cell in a fresh JVM, in an order drawn anew; so a disturbance hits all alike. CPU time is that of
 * the whole process.
 */
public final class PoolTable {
    private static final int[] THREADS = {1, 2, 8};
    private static final int MANY = 64;
    private static final int LONGER = 4;
    private static final int SEED = 42;

    private record Key(String contender, Situation situation, int threads) {}

    private final Map<Key, List<Map<String, Double>>> results = new HashMap<>();
    private final Arguments arguments;
    private final long windowMillis;

    private PoolTable(Arguments arguments) {
        this.arguments = arguments;
        this.windowMillis = Math.round(1e3 * Double.parseDouble(arguments.text("seconds", "0.5")));
    }

    /** Takes {@code name=value} arguments; see RESULTS.md. */
    public static void main(String[] args) throws Exception {
        PoolTable table = new PoolTable(new Arguments(args));
        table.run();
        System.out.println(table.markdown());
    }

    private void run() throws IOException, InterruptedException {
        int rounds = arguments.number("rounds", 3);
        Random order = new Random(SEED);
        for (int round = 1; round <= rounds; round++) {
            List<Key> keys = keys(round == 1);
            Collections.shuffle(keys, order);
            for (Key key : keys) {
                Map<String, Double> result = fork(key);
                results.computeIfAbsent(key, none -> new ArrayList<>()).add(result);
                System.err.printf(
                        "round %d of %d: %-15s %-17s %2d thread(s) %s%n",
                        round, rounds, key.contender, key.situation, key.threads, result);
                if (result.getOrDefault("lost", 0.0) != 0) {
                    System.err.println("  an object had two users at once, or its writes were not seen");
                }
            }
        }
    }

    /** The long cells run once. */
    private List<Key> keys(boolean first) {
        List<Key> keys = new ArrayList<>();
        for (String contender : names()) {
            for (int threads : THREADS) {
                keys.add(new Key(contender, Situation.UNCONTENDED, threads));
            }
            if (first && PoolContenders.waits(contender)) {
                keys.add(new Key(contender, Situation.CONTENDED, MANY));
                if (Virtual.isAvailable()) {
                    keys.add(new Key(contender, Situation.CONTENDED_VIRTUAL, MANY));
                }
                keys.add(new Key(contender, Situation.LATENCY, 2));
            }
        }
        return keys;
    }

    private List<String> names() {
        return PoolContenders.names().stream()
                .filter(name -> name.matches(arguments.text("only", ".*")))
                .toList();
    }

    private Map<String, Double> fork(Key key) throws IOException, InterruptedException {
        long millis = key.situation == Situation.UNCONTENDED ? windowMillis : LONGER * windowMillis;
        try (Fork fork = new Fork(
                key.toString(),
                PoolCell.class,
                List.of("-Dwatertight.level." + PoolContenders.UNTRACKED + "=OFF"),
                List.of(key.contender, key.situation.name(), Integer.toString(key.threads), Long.toString(millis)))) {
            return fork.result();
        }
    }

    private String markdown() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%n%s Rounds: %d, each with 2 x %d ms of warm-up and"
                        + " 2 x %d ms measured; the other cells once, %d ms after %d ms of warm-up.%n",
                Report.machine(arguments),
                arguments.number("rounds", 3),
                windowMillis,
                windowMillis,
                LONGER * windowMillis,
                LONGER * windowMillis / 2));
        table(
                text,
                List.of(
                        "16 objects: claim, touch, release",
                        "CPU ns/op 1 thread",
                        "2 threads",
                        "8 threads",
                        "B/op 1t",
                        "8t"),
                contender -> {
                    List<String> cells = new ArrayList<>();
                    for (int threads : THREADS) {
                        cells.add(best(new Key(contender, Situation.UNCONTENDED, threads), "cpu", "%.1f", true));
                    }
                    cells.add(best(new Key(contender, Situation.UNCONTENDED, THREADS[0]), "bytes", "%.1f", false));
                    cells.add(best(new Key(contender, Situation.UNCONTENDED, THREADS[2]), "bytes", "%.1f", false));
                    return cells;
                });
        sharing(text, Situation.CONTENDED, "64 threads on 4 objects, held 100 us");
        if (Virtual.isAvailable()) {
            sharing(text, Situation.CONTENDED_VIRTUAL, "64 virtual threads on 4 objects, held 100 us");
        }
        table(text, List.of("release to waiter, 1 object", "median us", "p99 us", "releases"), contender -> {
            Key key = new Key(contender, Situation.LATENCY, 2);
            return List.of(
                    best(key, "median", "%.0f", false),
                    best(key, "p99", "%.0f", false),
                    best(key, "samples", "%.0f", false));
        });
        return text.toString();
    }

    private void sharing(StringBuilder text, Situation situation, String what) {
        table(text, List.of(what, "op/s", "longest wait ms", "op per thread, min / max", "CPU us/op"), contender -> {
            Key key = new Key(contender, situation, MANY);
            String least = best(key, "least", "%.0f", false);
            return List.of(
                    best(key, "throughput", "%.0f", false),
                    best(key, "longest", "%.0f", false),
                    least.equals("-") ? least : least + " / " + best(key, "most", "%.0f", false),
                    cpuMicros(key));
        });
    }

    private String cpuMicros(Key key) {
        return results.containsKey(key)
                ? String.format(Locale.ROOT, "%.1f", results.get(key).get(0).get("cpu") / 1e3)
                : "-";
    }

    private void table(StringBuilder text, List<String> heads, Function<String, List<String>> cells) {
        text.append(System.lineSeparator());
        Report.heads(text, heads);
        for (String name : names()) {
            List<String> row = new ArrayList<>(List.of(PoolContenders.label(name)));
            row.addAll(cells.apply(name));
            Report.row(text, row);
        }
    }

    /** The best round, and the worst in parentheses; "-" for what has no such cell. */
    private String best(Key key, String figure, String pattern, boolean withWorst) {
        List<Map<String, Double>> rounds = results.get(key);
        if (rounds == null) {
            return "-";
        }
        List<Double> values = rounds.stream().map(result -> result.get(figure)).toList();
        String best = String.format(Locale.ROOT, pattern, Collections.min(values));
        return withWorst && values.size() > 1
                ? best + " (.." + String.format(Locale.ROOT, pattern, Collections.max(values)) + ")"
                : best;
    }
}
