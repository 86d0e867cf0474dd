package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.guards.LeakScope;
import io.watertight.testing.LeakyRun.Order;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.TestAbortedException;

/** What is opened before, around and after a test belongs to whom it should. */
class LeakCheckLifecycleTest {
    @AfterEach
    void tidyUp() throws InterruptedException {
        LeakyGround.tidyUp();
    }

    private static void assertLeak(LeakyRun run, String place, String line) {
        assertThat(run.message(place))
                .contains("." + place)
                .contains("left 1 leak:")
                .contains("'fixture' is still open; acquired at " + LeakyGround.line(line));
    }

    @ParameterizedTest
    @EnumSource
    void resourceOfAFieldInitialiserBelongsToItsTest(Order order) {
        LeakyRun run = LeakyRun.of(order, LeakyLifecycles.FieldInitialiser.class);

        assertThat(run.failures()).containsOnlyKeys("FieldInitialiser.leaves");
        assertLeak(run, "FieldInitialiser.leaves", "FieldInitialiser.<init>");
    }

    @ParameterizedTest
    @EnumSource
    void resourceOfBeforeEachBelongsToItsTest(Order order) {
        LeakyRun run = LeakyRun.of(order, LeakyLifecycles.OpensBeforeEach.class);

        assertThat(run.failures()).containsOnlyKeys("OpensBeforeEach.leaves");
        assertLeak(run, "OpensBeforeEach.leaves", "OpensBeforeEach.open");
    }

    @ParameterizedTest
    @EnumSource
    void testIsJudgedAfterItsAfterEach(Order order) {
        LeakyRun run = LeakyRun.of(order, LeakyLifecycles.OpensAfterEach.class);

        assertThat(run.failures()).containsOnlyKeys("OpensAfterEach.leaves");
        assertLeak(run, "OpensAfterEach.leaves", "OpensAfterEach.close");
    }

    @ParameterizedTest
    @EnumSource
    void resourceOfBeforeAllFailsTheClassAndNoTest(Order order) {
        LeakyRun run = LeakyRun.of(order, LeakyLifecycles.OpensBeforeAll.class, LeakyLifecycles.ClosedAfterAll.class);

        assertThat(run.failures()).containsOnlyKeys("OpensBeforeAll");
        assertThat(run.message("OpensBeforeAll"))
                .startsWith("class LeakyLifecycles.OpensBeforeAll left 1 leak:")
                .contains(LeakyGround.line("OpensBeforeAll.open"));
    }

    @ParameterizedTest
    @EnumSource
    void dynamicTestsAreJudgedOneByOne(Order order) {
        LeakyRun run = LeakyRun.of(order, LeakyLifecycles.Dynamic.class);

        assertThat(run.failures()).containsOnlyKeys("Dynamic.factory[#2]", "Dynamic.factory[#3][#1]");
        assertThat(run.message("Dynamic.factory[#2]"))
                .startsWith("test LeakyLifecycles.Dynamic.factory [leaky] left 1 leak:")
                .contains(LeakyGround.line("Dynamic.leak"));
        assertThat(run.message("Dynamic.factory[#3][#1]"))
                .startsWith("test LeakyLifecycles.Dynamic.factory [deep] left 1 leak:")
                .contains(LeakyGround.line("Dynamic.leakDeep"));
    }

    @ParameterizedTest
    @EnumSource
    void factoryOfDynamicTestsIsJudgedItself(Order order) {
        LeakyRun run = LeakyRun.of(order, LeakyLifecycles.Factory.class);

        assertThat(run.failures()).containsOnlyKeys("Factory.factory");
        assertLeak(run, "Factory.factory", "Factory.factory");
    }

    @ParameterizedTest
    @EnumSource
    void invocationsOfOneMethodAreJudgedOneByOne(Order order) {
        LeakyRun run = LeakyRun.of(order, LeakyLifecycles.Invocations.class);

        assertThat(run.failures()).containsOnlyKeys("Invocations.parameterized[#2]", "Invocations.repeated[#3]");
        assertThat(run.message("Invocations.parameterized[#2]"))
                .startsWith("test LeakyLifecycles.Invocations.parameterized [[2] ")
                .contains(LeakyGround.line("Invocations.parameterized"));
        assertThat(run.message("Invocations.repeated[#3]"))
                .startsWith("test LeakyLifecycles.Invocations.repeated [repetition 3 of 3] left 1 leak:")
                .contains(LeakyGround.line("Invocations.repeated"));
    }

    @ParameterizedTest
    @EnumSource
    void nestedClassesAreJudgedLikeOthers(Order order) {
        LeakyRun run = LeakyRun.of(order, LeakyLifecycles.Outside.class);

        assertThat(run.failures()).containsOnlyKeys("Outside.Inside.leavesField", "Outside.Inside.leavesOwn");
        assertLeak(run, "Outside.Inside.leavesField", "Inside.<init>");
        assertLeak(run, "Outside.Inside.leavesOwn", "Inside.leavesOwn");
    }

    @ParameterizedTest
    @EnumSource
    void resourceOfTheOneObjectOfAClassFailsTheClass(Order order) {
        LeakyRun run = LeakyRun.of(order, LeakyLifecycles.OneObject.class);

        assertThat(run.failures()).containsOnlyKeys("OneObject", "OneObject.leaves");
        assertThat(run.message("OneObject"))
                .startsWith("class LeakyLifecycles.OneObject left 1 leak:")
                .contains(LeakyGround.line("OneObject.<init>"));
        assertLeak(run, "OneObject.leaves", "OneObject.leaves");
    }

    @ParameterizedTest
    @EnumSource
    void leakDoesNotHideWhyATestFailed(Order order) {
        LeakyRun run = LeakyRun.of(order, LeakyLifecycles.Fails.class);

        assertThat(run.failures())
                .containsOnlyKeys(
                        "Fails.failsAndLeaks", "Fails.onlyFails", "Fails.abortedAndLeaks", "Fails.dynamic[#1]");
        for (String place : new String[] {"Fails.failsAndLeaks", "Fails.dynamic[#1]"}) {
            assertThat(run.failures().get(place))
                    .isInstanceOf(IllegalStateException.class)
                    .satisfies(failure ->
                            assertThat(failure.getSuppressed()).singleElement().isInstanceOf(LeaksFoundError.class));
        }
        assertThat(run.failures().get("Fails.onlyFails").getSuppressed()).isEmpty();
        assertThat(run.failures().get("Fails.abortedAndLeaks"))
                .isInstanceOf(LeaksFoundError.class)
                .satisfies(failure ->
                        assertThat(failure.getSuppressed()).hasAtLeastOneElementOfType(TestAbortedException.class));
    }

    @ParameterizedTest
    @EnumSource
    void objectOfADisabledTestIsNotHeldAgainstTheNextClass(Order order) {
        LeakyRun run = LeakyRun.of(order, LeakyLifecycles.Disabled.class, LeakyLifecycles.FieldInitialiser.class);

        assertThat(run.failures()).containsOnlyKeys("Disabled", "FieldInitialiser.leaves");
        assertThat(run.message("Disabled")).contains(LeakyGround.line("Disabled.<init>"));
        assertLeak(run, "FieldInitialiser.leaves", "FieldInitialiser.<init>");
    }

    @ParameterizedTest
    @EnumSource
    void failingConstructorIsNotHeldAgainstTheNextClass(Order order) {
        LeakyRun run =
                LeakyRun.of(order, LeakyLifecycles.FailingConstructor.class, LeakyLifecycles.FieldInitialiser.class);

        assertThat(run.failures().keySet()).contains("FailingConstructor.never", "FieldInitialiser.leaves");
        assertLeak(run, "FieldInitialiser.leaves", "FieldInitialiser.<init>");
        assertThat(run.failures().get("FailingConstructor.never")).isInstanceOf(IllegalStateException.class);
        assertThat(run.message("FailingConstructor")).contains(LeakyGround.line("FailingConstructor.<init>"));
    }

    @Test
    void nothingOfARunStaysBoundToItsThread() {
        LeakScope before = LeakScope.current();

        LeakyRun.of(
                Order.SEQUENTIAL,
                LeakyLifecycles.Disabled.class,
                LeakyLifecycles.FailingConstructor.class,
                LeakyLifecycles.Outside.class,
                LeakyLifecycles.OneObject.class);

        assertThat(LeakScope.current()).isSameAs(before);
    }
}
