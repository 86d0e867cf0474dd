package io.watertight.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs {@link GuardBenchmark} and {@link OutstandingCost} and prints their tables in Markdown, ready for {@code
 * RESULTS.md}.
 *
 * <p>A round runs every row with one thread and with two, each in a fresh JVM, in an order drawn anew; so a disturbance
 * hits all rows alike. A figure is the median of the rounds, each round the median of its iterations, with the least and
 * the greatest round beside it. A ratio is the median of the ratios within one round.
 */
public final class GuardTable {
    private static final Map<String, String> ROWS = new LinkedHashMap<>();
    private static final String CLEANER = "cleaner";
    private static final String NETTY = "nettySimple";
    private static final int SEED = 42;
    private static final int UNSAFE_WARNS = 24;

    static {
        ROWS.put("bareHandle", "bare handle, closes once");
        ROWS.put("off", "Watertight OFF");
        ROWS.put("count", "Watertight COUNT");
        ROWS.put("track", "**Watertight TRACK, token site**");
        ROWS.put("trackWithBytes", "Watertight TRACK, token site and bytes");
        ROWS.put("trackSampled", "Watertight TRACK, site sampled");
        ROWS.put("full", "Watertight FULL, token site");
        ROWS.put("strict", "Watertight STRICT, token site");
        ROWS.put(CLEANER, "JDK Cleaner");
        ROWS.put(NETTY, "Netty SIMPLE (1 in 128)");
        ROWS.put("nettyParanoid", "Netty PARANOID");
        ROWS.put("weakSet", "ConcurrentHashMap of WeakReference");
    }

    private record Key(String row, int threads) {}

    /** One fork. */
    private record Sample(double nanos, double cpuNanos, double bytes, double heap, double resident) {}

    private final Map<Key, List<Sample>> samples = new HashMap<>();
    private final Arguments arguments;

    private GuardTable(Arguments arguments) {
        this.arguments = arguments;
    }

    /** Takes {@code name=value} arguments; see RESULTS.md. */
    public static void main(String[] args) throws Exception {
        Arguments arguments = new Arguments(args);
        GuardTable table = new GuardTable(arguments);
        table.run(arguments.number("rounds", 5));
        String outstanding = arguments.number("outstanding", 1_000_000) == 0
                ? ""
                : new OutstandingCost(arguments.number("outstanding", 1_000_000), arguments.number("collections", 7))
                        .table();
        System.out.println(table.heading() + table.markdown() + outstanding);
    }

    private void run(int rounds) throws RunnerException {
        List<Key> keys = new ArrayList<>();
        for (String row : ROWS.keySet()) {
            if (row.matches(arguments.text("only", ".*"))) {
                keys.add(new Key(row, 1));
                keys.add(new Key(row, 2));
            }
        }
        Random order = new Random(SEED);
        for (int round = 1; round <= rounds; round++) {
            Collections.shuffle(keys, order);
            for (Key key : keys) {
                Sample sample = fork(key);
                samples.computeIfAbsent(key, none -> new ArrayList<>()).add(sample);
                System.err.printf(
                        Locale.ROOT,
                        "round %d of %d: %-15s %d thread(s) %9.1f ns/op %8.1f B/op%n",
                        round,
                        rounds,
                        key.row,
                        key.threads,
                        sample.nanos,
                        sample.bytes);
            }
        }
    }

    private Sample fork(Key key) throws RunnerException {
        TimeValue time = TimeValue.milliseconds(arguments.number("millis", 400));
        RunResult run = new Runner(new OptionsBuilder()
                        .include(GuardBenchmark.class.getName().replace(".", "\\.") + "\\." + key.row + "$")
                        .threads(key.threads)
                        .forks(1)
                        .warmupIterations(arguments.number("warmups", 4))
                        .measurementIterations(arguments.number("iterations", 4))
                        .warmupTime(time)
                        .measurementTime(time)
                        .jvmArgsAppend(forkOptions())
                        .addProfiler(GCProfiler.class)
                        .addProfiler(ProcessCost.class)
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .runSingle();
        BenchmarkResult fork = run.getBenchmarkResults().iterator().next();
        double nanos = Report.median(fork.getIterationResults().stream()
                .map(IterationResult::getPrimaryResult)
                .map(Result::getScore)
                .toList());
        return new Sample(
                nanos,
                secondary(fork, ProcessCost.CPU),
                secondary(fork, "gc.alloc.rate.norm"),
                secondary(fork, ProcessCost.HEAP),
                secondary(fork, ProcessCost.RESIDENT));
    }

    /** JMH and Netty use Unsafe, of which newer JDKs warn in every fork. */
    static String[] forkOptions() {
        return Runtime.version().feature() < UNSAFE_WARNS
                ? new String[0]
                : new String[] {"--sun-misc-unsafe-memory-access=allow"};
    }

    private static double secondary(BenchmarkResult fork, String name) {
        return fork.getSecondaryResults().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(name))
                .mapToDouble(entry -> entry.getValue().getScore())
                .findFirst()
                .orElse(Double.NaN);
    }

    private String heading() {
        return String.format(
                Locale.ROOT,
                "%n%s Rounds: %d, each with %d x %d ms of warm-up and %d x %d ms measured.%n%n",
                Report.machine(arguments),
                arguments.number("rounds", 5),
                arguments.number("warmups", 4),
                arguments.number("millis", 400),
                arguments.number("iterations", 4),
                arguments.number("millis", 400));
    }

    private String markdown() {
        StringBuilder table = new StringBuilder("| what | ns/op 1 thread | ns/op 2 threads | B/op | x Cleaner 1t"
                + " | x Cleaner 2t | x Netty SIMPLE 1t | x Netty SIMPLE 2t | CPU ns/op 1t | 2t"
                + " | peak heap / resident MB |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
        ROWS.forEach((row, label) -> {
            if (samples.containsKey(new Key(row, 1))) {
                table.append("| ").append(label);
                for (String cell : cells(row)) {
                    table.append(" | ").append(cell);
                }
                table.append(" |\n");
            }
        });
        return table.toString();
    }

    private List<String> cells(String row) {
        Key one = new Key(row, 1);
        Key two = new Key(row, 2);
        return List.of(
                withSpread(one),
                withSpread(two),
                Report.format("%.0f", medianOf(one, Sample::bytes)),
                ratio(one, CLEANER),
                ratio(two, CLEANER),
                ratio(one, NETTY),
                ratio(two, NETTY),
                Report.format("%.1f", medianOf(one, Sample::cpuNanos)),
                Report.format("%.1f", medianOf(two, Sample::cpuNanos)),
                Report.format("%.0f", maximumOf(one, Sample::heap)) + " / "
                        + Report.format("%.0f", maximumOf(one, Sample::resident)));
    }

    private String withSpread(Key key) {
        List<Double> all = of(key, Sample::nanos);
        return Report.format("%.1f", Report.median(all)) + " (" + Report.format("%.1f", Collections.min(all)) + ".."
                + Report.format("%.1f", Collections.max(all)) + ")";
    }

    private String ratio(Key key, String peer) {
        List<Sample> peers = samples.get(new Key(peer, key.threads));
        if (peers == null) {
            return "-";
        }
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < peers.size(); round++) {
            ratios.add(samples.get(key).get(round).nanos / peers.get(round).nanos);
        }
        return Report.format("%.2f", Report.median(ratios));
    }

    private double medianOf(Key key, ToDoubleFunction<Sample> figure) {
        return Report.median(of(key, figure));
    }

    private double maximumOf(Key key, ToDoubleFunction<Sample> figure) {
        return Collections.max(of(key, figure));
    }

    private List<Double> of(Key key, ToDoubleFunction<Sample> figure) {
        return samples.get(key).stream().map(figure::applyAsDouble).toList();
    }
}
