package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.testing.LeakyRun.Order;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Leaks that tests accept or expect. */
class LeakCheckAnnouncementTest {
    @AfterEach
    void tidyUp() throws InterruptedException {
        LeakyGround.tidyUp();
    }

    @ParameterizedTest
    @EnumSource
    void acceptedLeaksFailNobody(Order order) {
        LeakyRun run = LeakyRun.of(order, LeakyAnnouncements.Allowed.class);

        assertThat(run.failures()).containsOnlyKeys("Allowed.wrongPlace", "Allowed.wrongType");
        assertThat(run.failures())
                .allSatisfy((place, failure) ->
                        assertThat(failure).hasMessageContaining("left 1 leak:").hasMessageContaining("'fixture'"));
    }

    @ParameterizedTest
    @EnumSource
    void leaksAcceptedByAClassFailNoneOfItsTests(Order order) {
        LeakyRun run = LeakyRun.of(
                order, LeakyAnnouncements.AllowedForAll.class, LeakyAnnouncements.AllowedByInheritance.class);

        assertThat(run.failures()).containsOnlyKeys("AllowedForAll.leavesThread", "AllowedByInheritance.leavesThread");
        assertThat(run.message("AllowedForAll.leavesThread")).contains("thread 'unannounced'");
    }

    @ParameterizedTest
    @EnumSource
    void reasonMustNotBeBlank(Order order) {
        LeakyRun run = LeakyRun.of(order, LeakyAnnouncements.AllowedWithoutReason.class);

        assertThat(run.failures()).containsOnlyKeys("AllowedWithoutReason.leaks");
        assertThat(run.failures().get("AllowedWithoutReason.leaks"))
                .isInstanceOf(ExtensionConfigurationException.class)
                .hasMessageContaining("@AllowLeaks(type = \"fixture\")")
                .hasMessageContaining("reason must not be blank");
    }

    @ParameterizedTest
    @EnumSource
    void expectedLeaksMustBeMadeExactly(Order order) {
        LeakyRun run = LeakyRun.of(order, LeakyAnnouncements.Expected.class);

        assertThat(run.failures())
                .containsOnlyKeys("Expected.unmet", "Expected.metOnceOnly", "Expected.oneTooMany", "Expected.none");
        assertThat(run.message("Expected.unmet"))
                .startsWith("test LeakyAnnouncements.Expected.unmet did not leak as announced:")
                .contains("expected 1 x 'fixture', found 0");
        assertThat(run.message("Expected.metOnceOnly")).contains("expected 2 x 'fixture' at 'announced', found 1");
        assertThat(run.message("Expected.oneTooMany")).contains("left 1 leak:").contains("'fixture'");
        assertThat(run.failures().get("Expected.none"))
                .isInstanceOf(ExtensionConfigurationException.class)
                .hasMessageContaining("count must be at least 1, not 0");
    }

    @ParameterizedTest
    @EnumSource
    void whatAFactoryExpectsEachOfItsTestsMustDo(Order order) {
        LeakyRun run = LeakyRun.of(order, LeakyAnnouncements.ExpectedOfDynamic.class);

        assertThat(run.failures()).containsOnlyKeys("ExpectedOfDynamic.factory[#3]");
        assertThat(run.message("ExpectedOfDynamic.factory[#3]")).contains("expected 1 x 'fixture', found 0");
    }
}
