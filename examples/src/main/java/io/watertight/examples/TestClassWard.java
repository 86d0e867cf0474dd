package io.watertight.examples;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A class of tests that leaks in five ways, run by JUnit as its author would run it. */
final class TestClassWard implements Ward {
    @Override
    public String pattern() {
        return "a test class with five leaks";
    }

    @Override
    public String story() {
        return "Five tests pass, and leave files, a thread, an executor and an object behind.";
    }

    @Override
    public String type() {
        return "order file";
    }

    @Override
    public String evidence() {
        return Finding.FAILED_TEST;
    }

    @Override
    public void leak(Room room) throws IOException {
        room.afterwards(OrderTests.Program::tidyUp);
        List<Throwable> failures = run(room, OrderTests.Leaking.class);
        failures.forEach(failure -> take(room, failure));
        room.see(!failures.isEmpty(), "failures: " + failures.size());
    }

    @Override
    public void fix(Room room) throws IOException {
        List<Throwable> failures = run(room, OrderTests.Fixed.class);
        failures.forEach(failure -> take(room, failure));
        room.see(!failures.isEmpty(), "failures: " + failures.size());
    }

    private static void take(Room room, Throwable failure) {
        StackTraceElement where = Stream.concat(
                        Stream.of(failure.getSuppressed()).flatMap(leak -> Stream.of(leak.getStackTrace())),
                        Stream.of(failure.getStackTrace()))
                .filter(frame -> frame.getClassName().equals(OrderTests.Leaking.class.getName()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no line of the tests", failure));
        room.failedTest(String.valueOf(failure.getMessage()), Line.of(where));
    }

    private static List<Throwable> run(Room room, Class<?> tests) throws IOException {
        List<Throwable> failures = new ArrayList<>();
        OrderTests.runIn(room, room.afterwards(TempFile.of("1 pear, 2 figs")).path());
        try {
            Launcher launcher = LauncherFactory.create();
            launcher.execute(
                    LauncherDiscoveryRequestBuilder.request()
                            .selectors(DiscoverySelectors.selectClass(tests))
                            .configurationParameter("watertight.leaks.grace", Patience.LIMIT.toMillis() + " ms")
                            .build(),
                    new TestExecutionListener() {
                        @Override
                        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                            result.getThrowable().ifPresent(failures::add);
                        }
                    });
        } finally {
            OrderTests.runIn(null, null);
        }
        return failures;
    }
}
