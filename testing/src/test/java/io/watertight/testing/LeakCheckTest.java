package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.testing.LeakyFixtures.Drops;
import io.watertight.testing.LeakyFixtures.EveryKind;
import io.watertight.testing.LeakyRun.Order;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind of leak is found once, against the right test, with the right line. */
class LeakCheckTest {
    private static final int MOST_AGAIN = 3;

    @AfterEach
    void tidyUp() throws InterruptedException {
        LeakyGround.tidyUp();
    }

    @ParameterizedTest
    @EnumSource
    void everyKindIsFoundOnceInItsTestAtItsLine(Order order) {
        LeakyRun run = LeakyRun.of(order, EveryKind.class);
        for (int i = 0; i < MOST_AGAIN && order != Order.SEQUENTIAL && hasLostAStarter(run); i++) {
            run = LeakyRun.of(order, EveryKind.class);
        }

        assertThat(run.failures())
                .containsOnlyKeys(
                        "EveryKind",
                        "EveryKind.keepsOpen",
                        "EveryKind.leavesThread",
                        "EveryKind.leavesThreadOfThread",
                        "EveryKind.leavesTimer",
                        "EveryKind.leavesTwo",
                        "EveryKind.opensOnAThread");
        assertThat(run.failures())
                .allSatisfy((place, failure) -> assertThat(failure).isInstanceOf(LeaksFoundError.class));
        assertThat(run.successes()).isEqualTo(3);
        assertResources(run);
        assertThreads(run);
        assertExecutors(run);
        assertStacks(run);
    }

    /** In parallel runs the recorder now and then loses a starter that has ended: docs/testing.md, limits. */
    private static boolean hasLostAStarter(LeakyRun run) {
        return !run.failures().containsKey("EveryKind.leavesThreadOfThread");
    }

    private static void assertResources(LeakyRun run) {
        assertThat(run.message("EveryKind.keepsOpen"))
                .startsWith("test LeakyFixtures.EveryKind.keepsOpen left 1 leak:")
                .contains("1) 'fixture' is still open; acquired at " + LeakyGround.line("EveryKind.keepsOpen"));
        assertThat(run.message("EveryKind.opensOnAThread"))
                .contains("left 1 leak:")
                .contains("'fixture' is still open; acquired at " + LeakyGround.line("EveryKind.openElsewhere")
                        + " by 'opener'");
        assertThat(run.message("EveryKind.leavesTwo"))
                .contains("left 2 leaks:")
                .contains("1) 'fixture' is still open", "2) 'fixture' is still open")
                .contains(LeakyGround.line("EveryKind.leavesTwo"));
    }

    private static void assertThreads(LeakyRun run) {
        assertThat(run.message("EveryKind.leavesThread"))
                .contains("left 1 leak:")
                .contains("thread 'left-thread' (daemon) still runs; started at "
                        + LeakyGround.line("EveryKind.leavesThread"))
                .contains("WAITING");
        assertThat(run.message("EveryKind.leavesThreadOfThread"))
                .contains("left 1 leak:")
                .contains("thread 'left-grandchild' (daemon) still runs; started at "
                        + LeakyGround.line("EveryKind.startElsewhere") + ", called at ")
                .contains("leavesThreadOfThread")
                .contains(" by 'starter'");
        assertThat(run.message("EveryKind.leavesTimer"))
                .contains("left 1 leak:")
                .contains("thread 'left-timer' (daemon) still runs; started at "
                        + LeakyGround.line("EveryKind.leavesTimer"));
    }

    /** They are judged after their class. */
    private static void assertExecutors(LeakyRun run) {
        assertThat(run.message("EveryKind"))
                .startsWith("class LeakyFixtures.EveryKind left 2 leaks:")
                .containsPattern(executorOf("leavesExecutor"))
                .containsPattern(executorOf("leavesScheduler"));
    }

    private static Pattern executorOf(String test) {
        return Pattern.compile("\\d\\) test LeakyFixtures.EveryKind." + test + ": executor with 1 thread "
                + "\\('pool-\\d+-thread-1'\\) was not shut down; started at "
                + Pattern.quote(LeakyGround.line("EveryKind." + test)));
    }

    private static void assertStacks(LeakyRun run) {
        assertThat(run.failures().get("EveryKind.keepsOpen").getStackTrace()).isEmpty();
        for (String place : new String[] {"EveryKind.keepsOpen", "EveryKind.leavesThread"}) {
            assertThat(run.failures().get(place).getSuppressed())
                    .singleElement()
                    .satisfies(acquired ->
                            assertThat(acquired.getStackTrace()[0].toString()).endsWith(LeakyGround.line(place)));
        }
    }

    @ParameterizedTest
    @EnumSource
    @Tag("gc")
    void droppedResourceIsProvenAtItsLine(Order order) {
        LeakyRun run = LeakyRun.in(order).with("grace", "500 ms").run(Drops.class);

        assertThat(run.failures()).containsOnlyKeys("Drops.drops", "Drops.dropsOnAThread");
        assertThat(run.message("Drops.drops"))
                .contains("left 1 leak:")
                .contains("1) 'fixture' was dropped without close: nobody can close it any more; acquired at "
                        + LeakyGround.line("Drops.drops"));
        assertThat(run.message("Drops.dropsOnAThread"))
                .contains("left 1 leak:")
                .contains("1) 'fixture' was dropped without close: nobody can close it any more; acquired at "
                        + LeakyGround.line("Drops.dropElsewhere") + " by 'dropper'");
    }
}
