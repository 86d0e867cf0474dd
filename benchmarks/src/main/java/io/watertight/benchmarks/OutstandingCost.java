package io.watertight.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a million open resources cost while they do nothing: heap bytes each, and the CPU time they add to a full
 * collection, for each collector. Every figure comes from a JVM of its own. Prints a Markdown table.
 */
final class OutstandingCost {
    private enum Collector {
        SERIAL("Serial"),
        PARALLEL("Parallel"),
        G1("G1"),
        ZGC("Z");

        final String option;

        Collector(String optionPart) {
            this.option = "-XX:+Use" + optionPart + "GC";
        }
    }

    private record Cost(double bytes, double cpuMillis) {}

    private final int count;
    private final int collections;

    /** Measures with {@code count} open resources and the least of so many collections. */
    OutstandingCost(int count, int collections) {
        this.count = count;
        this.collections = collections;
    }

    public static void main(String[] args) throws Exception {
        Arguments arguments = new Arguments(args);
        System.out.println(
                new OutstandingCost(arguments.number("outstanding", 1_000_000), arguments.number("collections", 7))
                        .table());
    }

    String table() throws IOException, InterruptedException {
        Map<Collector, Map<OutstandingProbe.Kind, Cost>> costs = new EnumMap<>(Collector.class);
        for (OutstandingProbe.Kind kind : OutstandingProbe.Kind.values()) {
            for (Collector collector : Collector.values()) {
                System.err.println("outstanding: " + kind + ", " + collector);
                costs.computeIfAbsent(collector, none -> new EnumMap<>(OutstandingProbe.Kind.class))
                        .put(kind, measure(kind, collector));
            }
        }
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%n| %,d outstanding | B each, with handle | B over bare handle | the same two with ZGC"
                        + " | full GC, CPU ms over bare handles: Serial | Parallel | G1 | ZGC |%n"
                        + "|---|---|---|---|---|---|---|---|%n",
                count));
        for (OutstandingProbe.Kind kind : OutstandingProbe.Kind.values()) {
            table.append(row(kind, costs));
        }
        return table.toString();
    }

    /** The bare handles' row shows their own cost; the others what they add. */
    private static String row(OutstandingProbe.Kind kind, Map<Collector, Map<OutstandingProbe.Kind, Cost>> costs) {
        boolean bare = kind == OutstandingProbe.Kind.BARE;
        StringBuilder row = new StringBuilder("| ").append(kind.label);
        List<String> cpu = new ArrayList<>();
        costs.forEach((collector, byKind) -> {
            Cost floor = byKind.get(OutstandingProbe.Kind.BARE);
            Cost cost = byKind.get(kind);
            String over = bare ? "-" : String.format(Locale.ROOT, "%.1f", cost.bytes - floor.bytes);
            if (collector == Collector.SERIAL) {
                row.append(String.format(Locale.ROOT, " | %.1f | %s", cost.bytes, over));
            } else if (collector == Collector.ZGC) {
                row.append(String.format(Locale.ROOT, " | %.1f, %s", cost.bytes, over));
            }
            cpu.add(
                    bare
                            ? String.format(Locale.ROOT, "(%.0f)", cost.cpuMillis)
                            : String.format(Locale.ROOT, "%+.0f", cost.cpuMillis - floor.cpuMillis));
        });
        return row.append(" | ").append(String.join(" | ", cpu)).append(" |\n").toString();
    }

    private Cost measure(OutstandingProbe.Kind kind, Collector collector) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms1g",
                        "-Xmx1g",
                        collector.option,
                        // Else a thread's buffer, which counts as used, can be a few bytes for each resource.
                        "-XX:-ResizeTLAB",
                        "-XX:TLABSize=16k",
                        "-Dslf4j.internal.verbosity=ERROR",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OutstandingProbe.class.getName(),
                        kind.name(),
                        Integer.toString(count),
                        Integer.toString(collections))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes()).strip();
        int exit = process.waitFor();
        if (exit != 0) {
            throw new IllegalStateException(kind + " with " + collector + " ended with " + exit + ": " + output);
        }
        String[] figures = output.substring(output.lastIndexOf('\n') + 1).split(" ");
        return new Cost(Double.parseDouble(figures[0]), Double.parseDouble(figures[1]) / 1e6);
    }
}
