package io.watertight.jcstress;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Runs jcstress in a JVM of its own, on the JDK and the class path of this one. */
final class JcstressFork implements JcstressGate.Runner {

    /** How hard to look. */
    enum Tier {
        SMOKE(Duration.ofMinutes(20)),
        NIGHTLY(Duration.ofHours(6)),
        WEEKLY(Duration.ofHours(48));

        final Duration timeout;

        Tier(Duration timeout) {
            this.timeout = timeout;
        }
    }

    /** One VM that compiles in a random order stands for the many configurations of the longer tiers. */
    private static final String ONE_VM =
            "-Xmx256m -XX:+UnlockDiagnosticVMOptions -XX:+StressLCM -XX:+StressGCM" + " -XX:+StressIGVN -XX:+StressCCP";

    /** Since 24 the JVM warns of native access, which jcstress needs to pin threads; 17 does not have to be asked. */
    private static final String NATIVE = Runtime.version().feature() >= 22
            ? "--enable-native-access=ALL-UNNAMED"
            : "-XX:+IgnoreUnrecognizedVMOptions";

    private final Tier tier;
    private final Path directory;

    JcstressFork(Tier tier, Path directory) {
        this.tier = tier;
        this.directory = directory;
    }

    @Override
    public JcstressReport run(Collection<String> tests, boolean twins, int attempt) {
        String title = twins ? "twins-" + (attempt + 1) : "tests";
        long start = System.nanoTime();
        JcstressReport report = new JcstressReport();
        try {
            int exit = fork(command(tests, twins, attempt), title, report);
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "jcstress %s (%s, JDK %s): %d named, %s, exit code %d, %.1f s%n",
                    title, tier, Runtime.version().feature(), tests.size(), report.totals(), exit, seconds);
            tests.stream()
                    .sorted()
                    .forEach(t -> System.out.printf(
                            "  %6.1f s  %-9s %s%n",
                            report.seconds(t), report.verdicts().get(t), t));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for jcstress", e);
        }
        return report;
    }

    private List<String> command(Collection<String> tests, boolean twins, int attempt) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                NATIVE,
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jcstress.Main",
                "-v",
                "-t",
                tests.stream().map(Pattern::quote).collect(Collectors.joining("|", "^(", ")$"))));
        if (twins) {
            command.addAll(
                    switch (attempt) {
                        case 0 ->
                            List.of("-m", "quick", "-sc", "false", "-iters", "1", "-time", "50", "-jvmArgs", oneVm());
                        case 1 ->
                            List.of("-m", "quick", "-sc", "false", "-iters", "5", "-time", "200", "-jvmArgs", oneVm());
                        default -> List.of("-m", "quick", "-iters", "5", "-time", "300", "-jvmArgsPrepend", NATIVE);
                    });
        } else {
            command.addAll(
                    switch (tier) {
                        case SMOKE ->
                            List.of("-m", "quick", "-sc", "false", "-iters", "2", "-time", "100", "-jvmArgs", oneVm());
                        case NIGHTLY -> List.of("-m", "quick", "-jvmArgsPrepend", NATIVE);
                        case WEEKLY -> List.of("-m", "default", "-jvmArgsPrepend", NATIVE);
                    });
        }
        return command;
    }

    private static String oneVm() {
        return ONE_VM + " " + NATIVE;
    }

    private int fork(List<String> command, String title, JcstressReport report)
            throws IOException, InterruptedException {
        Path place = Files.createDirectories(directory.resolve(title));
        Process process = new ProcessBuilder(command)
                .directory(place.toFile())
                .redirectErrorStream(true)
                .start();
        Thread watch = new Thread(() -> killAfterTimeout(process), "jcstress-watch");
        watch.setDaemon(true);
        watch.start();
        try (BufferedReader in = process.inputReader();
                BufferedWriter out = Files.newBufferedWriter(place.resolve("output.txt"))) {
            String line;
            while ((line = in.readLine()) != null) {
                out.write(line);
                out.newLine();
                report.accept(line, System.nanoTime());
            }
        }
        return process.waitFor();
    }

    private void killAfterTimeout(Process process) {
        try {
            if (!process.waitFor(tier.timeout.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
