package io.watertight.testing;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/**
 * One run of fixtures by an engine of its own, inside the test that asks for it.
 *
 * @param failures what failed, by {@link LeakyPlace}, and of what
 * @param successes how many tests passed
 */
record LeakyRun(Map<String, Throwable> failures, long successes) {
    /** How the engine runs its tests. */
    enum Order {
        SEQUENTIAL,
        PARALLEL
    }

    /** Runs fixtures; whatever they leave, they leave for good, so that there is little to wait for. */
    static LeakyRun of(Order order, Class<?>... fixtures) {
        return in(order).with("grace", "50 ms").run(fixtures);
    }

    static Setup in(Order order) {
        Setup setup = new Setup();
        return order == Order.SEQUENTIAL
                ? setup
                : setup.withJupiter("execution.parallel.enabled", "true")
                        .withJupiter("execution.parallel.mode.default", "concurrent")
                        .withJupiter("execution.parallel.config.strategy", "fixed")
                        .withJupiter("execution.parallel.config.fixed.parallelism", "4");
    }

    /** The message of a failure. */
    String message(String place) {
        Throwable failure = failures.get(place);
        if (failure == null) {
            throw new AssertionError("'" + place + "' did not fail, but " + failures);
        }
        return String.valueOf(failure.getMessage());
    }

    /** The configuration of a run. */
    static final class Setup {
        private final Map<String, String> parameters = new LinkedHashMap<>();

        /** Sets one of our own parameters. */
        Setup with(String name, String value) {
            parameters.put(LeakCheckSettings.PREFIX + name, value);
            return this;
        }

        Setup withJupiter(String name, String value) {
            parameters.put("junit.jupiter." + name, value);
            return this;
        }

        Setup autodetected() {
            return withJupiter("extensions.autodetection.enabled", "true");
        }

        LeakyRun run(Class<?>... fixtures) {
            Map<String, Throwable> failures = new TreeMap<>();
            long successes = EngineTestKit.engine("junit-jupiter")
                    .selectors(
                            Stream.of(fixtures).map(type -> selectClass(type)).toArray(DiscoverySelector[]::new))
                    .configurationParameters(parameters)
                    .execute()
                    .allEvents()
                    .finished()
                    .stream()
                    .filter(event -> isSuccessOrNoted(event, failures))
                    .count();
            return new LeakyRun(failures, successes);
        }

        /** Whether a test passed; what failed is noted. */
        private static boolean isSuccessOrNoted(Event event, Map<String, Throwable> failures) {
            TestExecutionResult result = event.getRequiredPayload(TestExecutionResult.class);
            if (result.getStatus() == TestExecutionResult.Status.FAILED) {
                Throwable other = failures.put(
                        LeakyPlace.of(event.getTestDescriptor().getUniqueId()),
                        result.getThrowable().orElseThrow());
                if (other != null) {
                    throw new AssertionError("two failures of one place", other);
                }
            }
            return result.getStatus() == TestExecutionResult.Status.SUCCESSFUL
                    && event.getTestDescriptor().isTest();
        }
    }
}
