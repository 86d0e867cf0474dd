package io.watertight.testing;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs fixtures with whatever JUnit is on the class path, and writes down what became of them. */
public final class JUnitMatrixMain {
    private JUnitMatrixMain() {}

    /**
     * Arguments: the file to write, {@code true} to run in parallel, the grace time, and the names of the fixtures. The file
     * has {@code failed.<place>}, {@code line.<place>}, {@code passed}, and {@code junit}, the jar that JUnit came from.
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(Stream.of(arguments)
                        .skip(3)
                        .map(name -> selectClass(name))
                        .toList())
                .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.enabled", arguments[1])
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
                .configurationParameter("watertight.leaks.mode", "fail")
                .configurationParameter("watertight.leaks.grace", arguments[2])
                .build();
        Outcome outcome = new Outcome();
        LauncherFactory.create().execute(request, outcome);
        try (Writer file = Files.newBufferedWriter(Path.of(arguments[0]))) {
            outcome.written().store(file, null);
        }
        LeakyGround.tidyUp();
    }

    private static final class Outcome implements TestExecutionListener {
        private final Properties failures = new Properties();
        private int passed;

        @Override
        public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                failures.setProperty(
                        "failed." + LeakyPlace.of(test.getUniqueIdObject()),
                        result.getThrowable().orElseThrow().toString());
            } else if (test.isTest()) {
                passed++;
            }
        }

        synchronized Properties written() {
            Properties all = new Properties();
            all.putAll(failures);
            LeakyGround.lines().forEach((place, line) -> all.setProperty("line." + place, line));
            all.setProperty("passed", String.valueOf(passed));
            all.setProperty(
                    "junit",
                    Test.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .getPath());
            return all;
        }
    }
}
