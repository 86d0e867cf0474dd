package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.testing.LeakyRun.Order;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that run at the same time are not blamed for each other. */
class LeakCheckParallelTest {
    @AfterEach
    void tidyUp() throws InterruptedException {
        LeakyGround.tidyUp();
    }

    @ParameterizedTest
    @EnumSource
    void eachOfManyIsBlamedForItsOwn(Order order) {
        LeakyRun run = LeakyRun.of(order, LeakyCrowd.EveryOther.class);

        Set<String> leaky = IntStream.rangeClosed(1, 40)
                .filter(number -> number % 2 != 0)
                .mapToObj(number -> "EveryOther.test[#" + number + "]")
                .collect(Collectors.toSet());
        assertThat(run.failures()).containsOnlyKeys(leaky);
        assertThat(run.failures()).allSatisfy((place, failure) -> {
            String mark = "<" + place.replaceAll("\\D", "") + ">";
            String counted = failure.getMessage().replaceAll("(?m)^  not counted here:.*$", "");
            assertThat(counted)
                    .contains("left 3 leaks:")
                    .contains("thread 'left " + mark + "'")
                    .doesNotContainPattern("<(?!" + place.replaceAll("\\D", "") + ">)");
            assertThat(counted.split("\\Q" + mark + "\\E")).hasSizeGreaterThanOrEqualTo(1);
        });
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
