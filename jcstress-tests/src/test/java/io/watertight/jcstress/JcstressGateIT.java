package io.watertight.jcstress;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * Runs every jcstress test of this module and every broken twin. System properties: {@code jcstress.tier} (smoke,
 * nightly, weekly) and {@code jcstress.filter}, a regular expression found in the class name of tests and twins.
 */
class JcstressGateIT {

    private static final Duration SMOKE_BUDGET = Duration.ofMinutes(5);

    @Test
    void everyTestPassesAndEveryTwinFails() {
        JcstressFork.Tier tier = JcstressFork.Tier.valueOf(
                System.getProperty("jcstress.tier", "smoke").toUpperCase(Locale.ROOT));
        Pattern filter = Pattern.compile(System.getProperty("jcstress.filter", ""));
        Path directory = Path.of(System.getProperty("jcstress.directory", "target/jcstress"));
        List<String> names =
                TestList.tests().stream().filter(filter.asPredicate()).sorted().toList();
        long start = System.nanoTime();

        List<String> problems = new JcstressGate(new JcstressFork(tier, directory), tier.passes).check(names);

        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.out.printf("jcstress in all: %d s%n", took.toSeconds());
        if (tier == JcstressFork.Tier.SMOKE && took.compareTo(SMOKE_BUDGET) > 0) {
            System.out.printf("jcstress: over the smoke budget of %d s%n", SMOKE_BUDGET.toSeconds());
        }
        assertThat(problems).as("jcstress; the full output is in %s", directory).isEmpty();
    }
}
