package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.watertight.testing.LeakyClasses.FirstOfSuite;
import io.watertight.testing.LeakyClasses.LastOfSuite;
import io.watertight.testing.LeakyClasses.PassesOn;
import io.watertight.testing.LeakyFixtures.EveryKind;
import io.watertight.testing.LeakyFixtures.Undeclared;
import io.watertight.testing.LeakyRun.Order;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Where, when and how hard the check works: by declaration and by configuration. */
class LeakCheckSettingsTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(LeakCheck.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void tidyUp() throws InterruptedException {
        logger.detachAppender(log);
        log.stop();
        LeakyGround.tidyUp();
    }

    private List<String> warnings() {
        return log.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void whereItIsDetectedItLogsAndFailsNothing(Order order) {
        LeakyRun run = LeakyRun.in(order).autodetected().with("grace", "50 ms").run(Undeclared.class);

        assertThat(run.failures()).isEmpty();
        assertThat(run.successes()).isEqualTo(1);
        assertThat(warnings())
                .singleElement()
                .asString()
                .startsWith("test LeakyFixtures.Undeclared.keepsOpen left 1 leak:")
                .contains(LeakyGround.line("Undeclared.keepsOpen"));
    }

    @ParameterizedTest
    @EnumSource
    void whereItIsDetectedItFailsClassesThatDeclareIt(Order order) {
        LeakyRun run = LeakyRun.in(order)
                .autodetected()
                .with("grace", "50 ms")
                .run(Undeclared.class, LeakyClasses.DeclaredByExtendWith.class, LeakyClasses.DeclaredOnMethod.class);

        assertThat(run.failures()).containsOnlyKeys("DeclaredByExtendWith.leaves", "DeclaredOnMethod.leaves");
        assertThat(warnings()).hasSize(2);
    }

    @Test
    void whereItIsNotDetectedItChecksNobodyElse() {
        LeakyRun run = LeakyRun.of(Order.SEQUENTIAL, Undeclared.class);

        assertThat(run.failures()).isEmpty();
        assertThat(warnings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void itIsDeclaredInEveryWayThatJUnitKnows(Order order) {
        LeakyRun run = LeakyRun.of(
                order,
                LeakyClasses.DeclaredByExtendWith.class,
                LeakyClasses.DeclaredByInheritance.class,
                LeakyClasses.DeclaredOnMethod.class,
                LeakyClasses.DeclaredByField.class,
                LeakyClasses.DeclaredByInstanceField.class);

        assertThat(run.failures())
                .containsOnlyKeys(
                        "DeclaredByExtendWith.leaves",
                        "DeclaredByInheritance.leaves",
                        "DeclaredByInheritance.leavesToo",
                        "DeclaredOnMethod.leaves",
                        "DeclaredByField.leaves",
                        "DeclaredByInstanceField.leaves");
    }

    @ParameterizedTest
    @EnumSource
    void registeredTwiceItReportsOnce(Order order) {
        LeakyRun run = LeakyRun.in(order).autodetected().with("grace", "50 ms").run(LeakyClasses.DeclaredTwice.class);

        assertThat(run.failures()).containsOnlyKeys("DeclaredTwice.leaves", "DeclaredTwice.leavesField");
        assertThat(run.failures())
                .allSatisfy((place, failure) -> assertThat(failure).hasMessageContaining("left 1 leak:"));
        assertThat(warnings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void judgedAfterTheClassTestsMayPassResourcesOn(Order order) {
        LeakyRun run = LeakyRun.of(order, PassesOn.class);

        assertThat(run.failures()).containsOnlyKeys("PassesOn");
        assertThat(run.message("PassesOn"))
                .startsWith("class LeakyClasses.PassesOn left 3 leaks:")
                .contains("test LeakyClasses.PassesOn.leaves: 'fixture' is still open; acquired at "
                        + LeakyGround.line("PassesOn.leaves"))
                .contains("test LeakyClasses.PassesOn.leavesThread: thread 'left-by-class'")
                .contains(LeakyGround.line("PassesOn.leavesThread"))
                .contains("test LeakyClasses.PassesOn.leavesExecutor: executor with 1 thread")
                .contains(LeakyGround.line("PassesOn.leavesExecutor"));
    }

    @Test
    void judgedAfterAllTestsClassesMayPassResourcesOn() {
        LeakyRun run = LeakyRun.of(Order.SEQUENTIAL, FirstOfSuite.class, LastOfSuite.class);

        assertThat(run.failures()).containsOnlyKeys("run");
        assertThat(run.failures().get("run")).isInstanceOf(LeaksFoundError.class);
        assertThat(run.message("run"))
                .startsWith("the run left 2 leaks:")
                .contains("test LeakyClasses.FirstOfSuite.leaves: 'fixture' is still open; acquired at "
                        + LeakyGround.line("FirstOfSuite.leaves"))
                .contains("test LeakyClasses.FirstOfSuite.leavesThread: thread 'left-by-suite'")
                .contains(LeakyGround.line("FirstOfSuite.leavesThread"));
    }

    @ParameterizedTest
    @EnumSource
    void parameterWinsOverTheAnnotation(Order order) {
        LeakyRun run =
                LeakyRun.in(order).with("grace", "50 ms").with("per", "suite").run(PassesOn.class);

        assertThat(run.failures()).containsOnlyKeys("run");
        assertThat(run.message("run")).startsWith("the run left 3 leaks:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"off", "OFF"})
    void offMeansOff(String off) {
        LeakyRun run = LeakyRun.in(Order.SEQUENTIAL)
                .autodetected()
                .with("mode", off)
                .run(EveryKind.class, Undeclared.class, PassesOn.class);

        assertThat(run.failures()).isEmpty();
        assertThat(warnings()).isEmpty();
    }

    @Test
    void modeOfTheRunWins() {
        LeakyRun warned = LeakyRun.in(Order.SEQUENTIAL)
                .with("mode", "warn")
                .with("grace", "50 ms")
                .run(LeakyClasses.DeclaredByExtendWith.class);
        LeakyRun failed = LeakyRun.in(Order.SEQUENTIAL)
                .autodetected()
                .with("mode", "Fail")
                .with("grace", "50 ms")
                .run(Undeclared.class);

        assertThat(warned.failures()).isEmpty();
        assertThat(warnings()).hasSize(1);
        assertThat(failed.failures()).containsOnlyKeys("Undeclared.keepsOpen");
    }

    @Test
    void threadsMayBeLeftAlone() {
        LeakyRun run = LeakyRun.in(Order.SEQUENTIAL)
                .with("threads", "false")
                .with("grace", "50 ms")
                .run(EveryKind.class);

        assertThat(run.failures())
                .containsOnlyKeys("EveryKind.keepsOpen", "EveryKind.leavesTwo", "EveryKind.opensOnAThread");
    }

    @Test
    void threadsMayBeIgnoredByName() {
        LeakyRun run = LeakyRun.in(Order.SEQUENTIAL)
                .with("ignore-threads", " left-thread , pool-,,left-timer")
                .with("grace", "50 ms")
                .run(EveryKind.class);

        assertThat(run.failures())
                .containsOnlyKeys(
                        "EveryKind.keepsOpen",
                        "EveryKind.leavesThreadOfThread",
                        "EveryKind.leavesTwo",
                        "EveryKind.opensOnAThread");
    }

    @Test
    void withoutTheFlightRecorderThreadsAreBlamedOnTheTestThatRan() {
        LeakyRun run = LeakyRun.in(Order.SEQUENTIAL)
                .with("births", "false")
                .with("grace", "50 ms")
                .run(EveryKind.class);

        assertThat(run.failures())
                .containsKeys("EveryKind", "EveryKind.leavesThread", "EveryKind.leavesThreadOfThread");
        assertThat(run.message("EveryKind.leavesThread"))
                .contains("thread 'left-thread' (daemon) still runs; now at")
                .doesNotContain("started at");
        assertThat(run.message("EveryKind")).contains("test LeakyFixtures.EveryKind.leavesExecutor: executor");
    }

    @ParameterizedTest
    @CsvSource({
        "mode, fatal, 'is none of [off, warn, fail]'",
        "per, test, 'is none of [method, class, suite]'",
        "level, high, 'is none of [off, count, track, full, strict]'",
        "grace, soon, 'is no duration; write for example 500 ms, 2 s or PT2S'",
        "grace, -1 s, 'is no duration; write for example 500 ms, 2 s or PT2S'",
        "grace, PT-1S, 'must not be negative'",
        "grace, 99999999999999999999 ms, 'is too long'",
        "grace, 999999999999999999 m, 'is too long'",
        "grace, PT9999999999H, 'is too long'",
        "threads, maybe, 'is neither true nor false'",
        "births, 1, 'is neither true nor false'",
        "jdk-resources, yes, 'is neither true nor false'"
    })
    void badValueIsRefusedAndNamed(String name, String value, String rule) {
        LeakyRun run = LeakyRun.in(Order.SEQUENTIAL).with(name, value).run(LeakyClasses.DeclaredByExtendWith.class);

        assertThat(run.failures()).containsOnlyKeys("DeclaredByExtendWith");
        assertThat(run.failures().get("DeclaredByExtendWith"))
                .isInstanceOf(ExtensionConfigurationException.class)
                .hasMessage("configuration parameter 'watertight.leaks." + name + "': '" + value + "' " + rule);
    }

    @ParameterizedTest
    @ValueSource(strings = {"50 ms", "50ms", "0 s", "PT0.05S", " 50 ms ", ""})
    void graceIsWrittenInSeveralWays(String grace) {
        LeakyRun run = LeakyRun.in(Order.SEQUENTIAL).with("grace", grace).run(LeakyClasses.DeclaredByExtendWith.class);

        assertThat(run.failures()).containsOnlyKeys("DeclaredByExtendWith.leaves");
        assertThat(run.failures().get("DeclaredByExtendWith.leaves")).isInstanceOf(LeaksFoundError.class);
    }
}
