package io.watertight.jcstress;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.openjdk.jcstress.Verbosity;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.grading.TestGrading;
import org.openjdk.jcstress.infra.runners.ForkedTestConfig;
import org.openjdk.jcstress.infra.runners.Runner;
import org.openjdk.jcstress.infra.runners.TestConfig;
import org.openjdk.jcstress.infra.runners.TestList;
import org.openjdk.jcstress.os.AffinityMode;
import org.openjdk.jcstress.os.NodeType;
import org.openjdk.jcstress.os.SchedulingClass;
import org.openjdk.jcstress.vm.CompileMode;

/**
 * Runs several jcstress tests in this VM, one after the other, with the runners that jcstress generated and its grading, and
 * prints the lines that it prints. Arguments: a file with the names of the tests; iterations; and their milliseconds. If
 * there are several numbers of those, a test that passed is run again with the next, until it fails: a twin that is caught at
 * once takes no more time.
 */
final class BatchMain {

    private BatchMain() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println("Attached the VM");
        int iterations = Integer.parseInt(arguments[1]);
        for (String name : Files.readAllLines(Path.of(arguments[0]))) {
            Status status = Status.NORMAL;
            boolean passed = true;
            for (int round = 2; round < arguments.length && passed; round++) {
                TestConfig config = config(name, iterations, Integer.parseInt(arguments[round]));
                TestResult result = runner(config).run();
                result.setConfig(config);
                status = result.status();
                passed = status == Status.NORMAL && TestGrading.grade(result).isPassed;
                print(result);
            }
            System.out.printf(".... [%s] %s%n", passed ? "OK" : status == Status.NORMAL ? "FAILED" : "ERROR", name);
            if (status != Status.NORMAL) {
                break; // its threads may still run; the others are for another VM
            }
        }
        System.exit(0);
    }

    private static TestConfig config(String name, int iterations, int millis) {
        TestInfo info = TestList.getInfo(name);
        SchedulingClass anywhere = new SchedulingClass(AffinityMode.NONE, info.threads(), NodeType.PACKAGE);
        return new TestConfig(new BatchOptions(iterations, millis), info, 1, List.of(), CompileMode.UNIFIED, anywhere);
    }

    private static Runner<?> runner(TestConfig config) throws ReflectiveOperationException {
        return (Runner<?>) Class.forName(config.generatedRunnerName)
                .getConstructor(ForkedTestConfig.class)
                .newInstance(new ForkedTestConfig(config));
    }

    private static void print(TestResult result) {
        System.out.println(result.getName());
        result.getStateKeys().forEach(state -> System.out.printf("  %,12d  %s%n", result.getCount(state), state));
        result.getMessages().forEach(message -> System.out.println("  " + message));
    }

    /**
     * Writes what jcstress tells the compiler about a test: to wait for code of the loops around actors, and what to inline
     * there.
     */
    static void writeDirectives(List<String> names, Path file) throws IOException {
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file))) {
            out.println("[");
            for (String name : names) {
                TestConfig config = config(name, 1, 1);
                StringWriter directives = new StringWriter();
                config.generateDirectives(new PrintWriter(directives, true), new Verbosity(0));
                // They are for the actors of any test; here each test has its own.
                String ours = "\"" + config.generatedRunnerName + "*::jcstress_";
                directives
                        .toString()
                        .lines()
                        .filter(line -> !line.equals("[") && !line.equals("]"))
                        .map(line -> line.replace("\"*::jcstress_", ours))
                        .forEach(out::println);
            }
            out.println("]");
        }
    }
}
