package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.testing.LeakyRun.Order;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that run at the same time are not blamed for each other. */
class LeakCheckParallelTest {
    private static final Pattern MARK = Pattern.compile("thread 'left <(\\d+)>'");

    @AfterEach
    void tidyUp() throws InterruptedException {
        LeakyGround.tidyUp();
    }

    @ParameterizedTest
    @EnumSource
    void eachOfManyIsBlamedForItsOwn(Order order) {
        LeakyRun run = LeakyRun.of(order, LeakyCrowd.EveryOther.class);

        Map<String, Throwable> failures = new HashMap<>(run.failures());
        Set<String> orphans = order == Order.SEQUENTIAL ? Set.of() : orphans(failures.remove("EveryOther"));
        Set<String> leaky = IntStream.rangeClosed(1, 40)
                .filter(number -> number % 2 != 0)
                .mapToObj(number -> "EveryOther.test[#" + number + "]")
                .collect(Collectors.toSet());
        assertThat(failures).containsOnlyKeys(leaky);
        assertThat(failures).allSatisfy((place, failure) -> {
            String number = place.replaceAll("\\D", "");
            String counted = counted(failure);
            if (orphans.contains(number)) {
                assertThat(counted).contains("left 2 leaks:").doesNotContain("thread '");
            } else {
                assertThat(counted).contains("left 3 leaks:").contains("thread 'left <" + number + ">'");
            }
            assertThat(counted).doesNotContainPattern("<(?!" + number + ">)");
        });
    }

    /**
     * The numbers of the threads for which the recorder has lost who started them, because the starter was dead when the next
     * chunk began: they are blamed on the class. It happens to few.
     */
    private static Set<String> orphans(@Nullable Throwable ofTheClass) {
        if (ofTheClass == null) {
            return Set.of();
        }
        String counted = counted(ofTheClass);
        Set<String> orphans =
                MARK.matcher(counted).results().map(mark -> mark.group(1)).collect(Collectors.toSet());
        assertThat(orphans).hasSizeBetween(1, 4);
        assertThat(counted).contains("left " + orphans.size() + " leak").doesNotContain("started at");
        return orphans;
    }

    private static String counted(Throwable failure) {
        return failure.getMessage().replaceAll("(?m)^  not counted here:.*$", "");
    }

    /** Which thread JUnit runs what on is its own affair: hence some times. */
    @RepeatedTest(5)
    void checkedTestIsNotBlamedForAnUncheckedOneBesideIt() {
        LeakyCrowd.Meeting.begin();

        LeakyRun run = LeakyRun.of(Order.PARALLEL, LeakyCrowd.Checked.class, LeakyCrowd.Unchecked.class);

        assertThat(run.failures()).isEmpty();
        assertThat(run.successes()).isEqualTo(2);
    }
}
