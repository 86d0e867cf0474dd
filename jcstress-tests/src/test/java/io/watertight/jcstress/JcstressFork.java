package io.watertight.jcstress;

import io.watertight.jcstress.JcstressReport.Verdict;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jcstress.Main;

/**
 * Runs jcstress in JVMs of its own, on the JDK and the class path of this one. In the smoke tier many tests share a JVM, with
 * jcstress's generated runners and grading, and without the search for configurations that comes before; a test that times out,
 * or kills its JVM, has the others go on in a new one.
 */
final class JcstressFork implements JcstressGate.Runner {

    /** How hard to look. */
    enum Tier {
        SMOKE(2, Duration.ofMinutes(20)),
        NIGHTLY(1, Duration.ofHours(6)),
        WEEKLY(1, Duration.ofHours(48));

        /** How often all tests are run, each time in other VMs. */
        final int passes;

        final Duration timeout;

        Tier(int passes, Duration timeout) {
            this.passes = passes;
            this.timeout = timeout;
        }
    }

    /**
     * Starts fast, so that the actors meet far more often in the same time: here nearly all twins are caught. What only
     * a compiler that moves accesses brings to light is left to the other one.
     */
    private static final String CLIENT_VM = "-Xmx256m -XX:TieredStopAtLevel=1";

    /** Compiles in a random order, and stands for the many configurations of the longer tiers. */
    private static final String RANDOM_VM =
            "-Xmx256m -XX:+UnlockDiagnosticVMOptions -XX:+StressLCM -XX:+StressGCM -XX:+StressIGVN -XX:+StressCCP";

    /** Since 24 the JVM warns of native access, which jcstress needs to pin threads; 17 does not have to be asked. */
    private static final String NATIVE = Runtime.version().feature() >= 22
            ? "--enable-native-access=ALL-UNNAMED"
            : "-XX:+IgnoreUnrecognizedVMOptions";

    /** No binding of SLF4J is on this class path, and there is no need to say so in each VM; those inherit it. */
    private static final String SILENT = "-Dslf4j.internal.verbosity=ERROR";

    /*
     * jcstress tries out how many states fit into memory: 1, 2, 3 and so on up to all strides, 5 times each. That is 30
     * times the product of these two, in code that is still cold, and without the actors starting together; with what
     * is usual (256 by 40) it takes longer than the test itself. In small strides actors also meet more often.
     */
    private static final String STRIDE = "16";
    private static final String STRIDES = "32";

    /** What jcstress gives its VMs, that is needed here. */
    private static final List<String> BATCH_VM = List.of(
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:-UsePerfData",
            "-XX:-RestrictContended",
            "-XX:+DebugNonSafepoints",
            "-XX:CompilerDirectivesLimit=1000",
            "-Dwatertight.suppress=*");

    /** Iterations, and milliseconds of each; for twins of one after the other, until it was caught. */
    private static final List<String> CLIENT_ROUND = List.of("2", "100");

    private static final List<String> RANDOM_ROUND = List.of("2", "150");
    private static final List<String> TWIN_ROUNDS = List.of("1", "30", "100", "200");
    private static final List<String> LONGER_TWIN_ROUNDS = List.of("1", "300", "600", "1200");

    /** A twin that was not caught in so many attempts gets all configurations, and minutes. */
    private static final int LIGHT_ATTEMPTS = 3;

    /** So many tests share a VM in the smoke tier: a VM takes longer to start than most tests to run. */
    private static final int BATCH = 20;

    private final Tier tier;
    private final Path directory;

    JcstressFork(Tier tier, Path directory) {
        this.tier = tier;
        this.directory = directory;
    }

    @Override
    public JcstressReport run(Collection<String> tests, boolean twins, int attempt) {
        String title = (twins ? "twins-" : "tests-") + (attempt + 1);
        long start = System.nanoTime();
        JcstressReport report = new JcstressReport();
        try {
            int exit = tier == Tier.SMOKE && (!twins || attempt < LIGHT_ATTEMPTS)
                    ? batches(tests, twins, attempt, title, report)
                    : fork(command(tests, twins, attempt), directory.resolve(title), report);
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

    /** Runs tests in few VMs. The exit code is that of the last. */
    private int batches(Collection<String> tests, boolean twins, int pass, String title, JcstressReport report)
            throws IOException, InterruptedException {
        List<String> left = tests.stream().sorted().collect(Collectors.toCollection(ArrayList::new));
        int exit = 0;
        for (int number = 1; !left.isEmpty(); number++) {
            List<String> batch = List.copyOf(left.subList(0, Math.min(BATCH, left.size())));
            Path place = Files.createDirectories(directory.resolve(title).resolve(String.valueOf(number)));
            Path names = Files.write(place.resolve("names.txt"), batch);
            Path directives = place.resolve("directives.txt");
            BatchMain.writeDirectives(batch, directives);
            List<String> command = java();
            command.addAll(BATCH_VM);
            command.add("-XX:CompilerDirectivesFile=" + directives.toAbsolutePath());
            command.addAll(List.of((pass % 2 == 0 ? CLIENT_VM : RANDOM_VM).split(" ")));
            command.addAll(
                    List.of(BatchMain.class.getName(), names.toAbsolutePath().toString()));
            command.addAll(rounds(twins, pass));
            exit = fork(command, place, report);
            left.removeAll(report.verdicts().keySet());
            left.remove(batch.get(0)); // if it is still there, the VM died of it: the gate finds it without a verdict
        }
        Collection<Verdict> verdicts = report.verdicts().values();
        report.accept(
                "(Results: %d planned; %d passed, %d failed, 0 soft errs, %d hard errs)"
                        .formatted(
                                tests.size(),
                                Collections.frequency(verdicts, Verdict.PASSED),
                                Collections.frequency(verdicts, Verdict.FORBIDDEN),
                                Collections.frequency(verdicts, Verdict.ERROR)),
                System.nanoTime());
        return exit;
    }

    private static List<String> rounds(boolean twins, int pass) {
        if (twins) {
            return pass == 0 ? TWIN_ROUNDS : LONGER_TWIN_ROUNDS;
        }
        return pass == 0 ? CLIENT_ROUND : RANDOM_ROUND;
    }

    private List<String> command(Collection<String> tests, boolean twins, int attempt) {
        List<String> options = twins
                ? switch (attempt) {
                    case 0 -> oneVm(CLIENT_VM, 2, 100);
                    case 1 -> oneVm(RANDOM_VM, 5, 200);
                    default -> allVms("-m", "quick", "-iters", "5", "-time", "300");
                }
                : switch (tier) {
                    case SMOKE -> throw new AssertionError("runs in batches");
                    case NIGHTLY -> allVms("-m", "quick");
                    case WEEKLY -> allVms("-m", "default");
                };
        List<String> command = java();
        command.addAll(options);
        command.addAll(
                List.of("-v", "-t", tests.stream().map(Pattern::quote).collect(Collectors.joining("|", "^(", ")$"))));
        return command;
    }

    private static List<String> java() {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                NATIVE,
                SILENT,
                "-cp",
                System.getProperty("java.class.path")));
    }

    private static List<String> oneVm(String vm, int iterations, int millis) {
        return List.of(
                OneVmMain.class.getName(),
                "-m",
                "quick",
                "-sc",
                "false",
                "-iters",
                String.valueOf(iterations),
                "-time",
                String.valueOf(millis),
                "-strideSize",
                STRIDE,
                "-strideCount",
                STRIDES,
                "-spinStyle",
                "THREAD_YIELD", // two actors that spin on two processors leave none for the compiler they wait for
                "-pth",
                "false",
                "-jvmArgs",
                vm + " " + NATIVE);
    }

    private static List<String> allVms(String... options) {
        List<String> command = new ArrayList<>(List.of(Main.class.getName(), "-jvmArgsPrepend", NATIVE));
        command.addAll(List.of(options));
        return command;
    }

    private int fork(List<String> command, Path place, JcstressReport report) throws IOException, InterruptedException {
        Files.createDirectories(place);
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
