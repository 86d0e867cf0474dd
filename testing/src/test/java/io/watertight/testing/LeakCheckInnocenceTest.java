package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.testing.CleanFixtures.AfterOneOfFifty;
import io.watertight.testing.CleanFixtures.AsksAServer;
import io.watertight.testing.CleanFixtures.Books;
import io.watertight.testing.CleanFixtures.EndsLate;
import io.watertight.testing.CleanFixtures.GrowsAnExecutor;
import io.watertight.testing.CleanFixtures.OneOfFifty;
import io.watertight.testing.CleanFixtures.TakesFromBooks;
import io.watertight.testing.CleanFixtures.TakesInBeforeAll;
import io.watertight.testing.CleanFixtures.TouchesAStaticInitialiser;
import io.watertight.testing.LeakyRun.Order;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nobody is blamed for what is no leak, or for what another test left. */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // against a hang
class LeakCheckInnocenceTest {
    /** Longer than any test here may last: who waits for the end of it, hangs. */
    private static final String FOR_EVER = "PT24H";

    @AfterEach
    void tidyUp() throws InterruptedException {
        Books.end();
        LeakyGround.tidyUp();
    }

    @ParameterizedTest
    @EnumSource
    void executorOfAClassMayGrowInItsTests(Order order) {
        LeakyRun run = LeakyRun.in(order).with("grace", FOR_EVER).run(GrowsAnExecutor.class);

        assertThat(run.failures()).isEmpty();
        assertThat(run.successes()).isEqualTo(3);
    }

    @Test
    void whatAStaticInitialiserMakesIsNobodysLeak() {
        LeakyRun run = LeakyRun.in(Order.SEQUENTIAL)
                .autodetected()
                .with("mode", "fail")
                .with("grace", "50 ms")
                .run(TouchesAStaticInitialiser.class);

        assertThat(run.failures()).isEmpty();
        assertThat(run.successes()).isEqualTo(1);
        assertThat(CleanFixtures.Holder.isThere()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void whatEndsWithinTheGraceTimeIsNoLeak(Order order) {
        LeakyRun run = LeakyRun.in(order).with("grace", FOR_EVER).run(EndsLate.class);

        assertThat(run.failures()).isEmpty();
        assertThat(run.successes()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void threadsThatAThreadOfTheClassStartsAreNotTheTests(Order order) {
        LeakyRun run = LeakyRun.in(order).with("grace", "200 ms").run(AsksAServer.class);

        assertThat(run.failures()).containsOnlyKeys("AsksAServer.asksAndLeavesItsOwn");
        assertThat(run.message("AsksAServer.asksAndLeavesItsOwn"))
                .contains("left 1 leak:")
                .contains("thread 'of-the-test'");
    }

    @ParameterizedTest
    @EnumSource
    void oneLeakFailsOneTest(Order order) {
        LeakyRun run = LeakyRun.in(order)
                .autodetected()
                .with("mode", "fail")
                .with("grace", "200 ms")
                .run(OneOfFifty.class, AfterOneOfFifty.class);

        assertThat(run.failures()).containsOnlyKeys("OneOfFifty.leaks", "OneOfFifty");
        assertThat(run.successes()).isEqualTo(50);
        assertThat(run.message("OneOfFifty.leaks")).contains("left 2 leaks:");
        assertThat(run.message("OneOfFifty"))
                .contains("left 1 leak:")
                .contains("test CleanFixtures.OneOfFifty.leaks: executor with 1 thread");
    }

    @Test
    void leakOfAnotherTestIsMentionedAndNotCounted() {
        LeakyRun run = LeakyRun.of(Order.SEQUENTIAL, LeakyFixtures.Undeclared.class, OneOfFifty.class);

        assertThat(run.message("OneOfFifty"))
                .contains("left 1 leak:")
                .contains("not counted here: 'fixture' is still open; acquired at "
                        + LeakyGround.line("OneOfFifty.leaks") + " by 'main' in test CleanFixtures.OneOfFifty.leaks");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsMissingInTheBooksOfAComponentIsReportedOnceAndToItsTest(Order order) {
        Books.begin();

        LeakyRun run = LeakyRun.in(order)
                .autodetected()
                .with("mode", "fail")
                .with("grace", "50 ms")
                .run(TakesFromBooks.class);

        assertThat(run.failures())
                .containsOnlyKeys(
                        "TakesFromBooks.keepsOne", "TakesFromBooks.keepsTwo", "TakesFromBooks.Inside.keepsInside");
        assertThat(run.message("TakesFromBooks.keepsOne"))
                .contains("left 1 leak:")
                .contains("1 x 'lease' still out; acquired at Books.take");
        assertThat(run.message("TakesFromBooks.keepsTwo")).contains("2 x 'lease' still out");
        assertThat(run.message("TakesFromBooks.Inside.keepsInside")).contains("1 x 'lease' still out");
    }

    @ParameterizedTest
    @EnumSource
    void whatAClassTakesFromTheBooksOfAComponentFailsTheClass(Order order) {
        Books.begin();

        LeakyRun run = LeakyRun.of(order, TakesInBeforeAll.class);

        assertThat(run.failures()).containsOnlyKeys("TakesInBeforeAll");
        assertThat(run.message("TakesInBeforeAll")).contains("1 x 'lease' still out");
    }
}
