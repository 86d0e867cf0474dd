package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.watertight.testing.GrowthReport.Growth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gc")
class GrowthCheckTest {
    private static final Map<Object, Object> LISTENERS = new ConcurrentHashMap<>();
    private static final List<Object> KEPT = new ArrayList<>();

    static final class Listener {}

    @BeforeEach
    void allowManyDumps() {
        System.setProperty(RetentionDumps.DUMPS, "1000");
    }

    @AfterEach
    void letGo() {
        LISTENERS.clear();
        KEPT.clear();
        System.clearProperty(RetentionDumps.DUMPS);
    }

    @Test
    void leakOfOneObjectAnIterationIsFoundWithItsCountsAndItsChain() {
        AtomicInteger next = new AtomicInteger();
        GrowthCheck check = GrowthCheck.builder("subscribe").build();

        assertThatThrownBy(() ->
                        check.assertStable(() -> LISTENERS.put("listener-" + next.incrementAndGet(), new Listener())))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("growth 'subscribe': ")
                .hasMessageContaining("after each of 4 rounds (10 iterations each)")
                .hasMessageContaining(Listener.class.getName() + ": 20 -> 30 -> 40 -> 50 -> 60 (+40)")
                .hasMessageContaining(
                        "10 more instances of " + Listener.class.getName() + " after one more round, and 70")
                .hasMessageContaining("static " + GrowthCheckTest.class.getName() + ".LISTENERS = ")
                .hasMessageContaining("ConcurrentHashMap[\"listener-");
    }

    @Test
    void leakOfArraysAmongThousandsOfOthersIsFoundByTheWayTheyAreHeld() {
        assertThatThrownBy(() -> GrowthCheck.builder("buffers")
                        .iterations(100)
                        .build()
                        .assertStable(() -> KEPT.add(new byte[10])))
                .hasMessageContaining("byte[]: ")
                .hasMessageContaining("static " + GrowthCheckTest.class.getName() + ".KEPT = java.util.ArrayList");
    }

    @Test
    void scenarioThatLetsGoIsStable() throws Exception {
        GrowthCheck check = GrowthCheck.builder("clean").build();

        GrowthReport report = check.measure(() -> {
            Listener listener = new Listener();
            LISTENERS.put(listener, "once");
            LISTENERS.remove(listener);
        });

        assertThat(report.isStable()).as(report.toString()).isTrue();
    }

    @Test
    void cacheThatFillsUpIsStableOnceItIsWarm() throws Exception {
        AtomicInteger next = new AtomicInteger();

        GrowthReport report = GrowthCheck.builder("cache")
                .warmUp(3)
                .build()
                .measure(() -> LISTENERS.put(next.getAndIncrement() % 25, new Listener()));

        assertThat(report.growing()).isEmpty();
    }

    @Test
    void classesCanBeIgnoredAndSmallGrowthCanBeLookedFor() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        GrowthCheck.Scenario every5th = () -> {
            if (runs.incrementAndGet() % 5 == 0) {
                KEPT.add(new Listener());
            }
        };

        assertThat(GrowthCheck.builder("rare").build().measure(every5th).growing())
                .isEmpty();
        assertThat(GrowthCheck.builder("rare")
                        .atLeast(2)
                        .build()
                        .measure(every5th)
                        .growing())
                .extracting(Growth::className)
                .contains(Listener.class.getName());
        assertThat(GrowthCheck.builder("rare")
                        .atLeast(2)
                        .ignoring("io.watertight.testing.Growth")
                        .build()
                        .measure(every5th)
                        .growing())
                .extracting(Growth::className)
                .doesNotContain(Listener.class.getName());
    }

    @Test
    void failureOfTheScenarioEndsTheCheck() {
        assertThatThrownBy(() -> GrowthCheck.builder("broken").build().measure(() -> {
                    throw new IllegalStateException("broken");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken");
    }

    @Test
    void optionsAreChecked() {
        GrowthCheckBuilder builder = GrowthCheck.builder("x");

        assertThatIllegalArgumentException().isThrownBy(() -> GrowthCheck.builder(" "));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.warmUp(-1))
                .withMessageContaining("warmUp");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.rounds(1)).withMessageContaining("rounds");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.iterations(0))
                .withMessageContaining("iterations");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.atLeast(0))
                .withMessageContaining("atLeast");
    }

    @Test
    void namesOfArraysAreThoseOfTheLanguage() {
        assertThat(GrowthCounts.javaName("[B")).isEqualTo("byte[]");
        assertThat(GrowthCounts.javaName("[[J")).isEqualTo("long[][]");
        assertThat(GrowthCounts.javaName("[Ljava.lang.String;")).isEqualTo("java.lang.String[]");
        assertThat(GrowthCounts.javaName("com.acme.Foo$Bar")).isEqualTo("com.acme.Foo$Bar");
    }

    @Test
    void sameNameInTwoLoadersIsAddedUp() {
        GrowthCounts counts = new GrowthCounts(2);
        for (int round = 0; round <= 2; round++) {
            counts.add(round, "   7:      " + (round + 1) + "   128  com.acme.Foo (app)");
            counts.add(round, "   9:      " + (round + 1) + "   128  com.acme.Foo");
        }

        assertThat(counts.growing(2, name -> false)).containsExactly(new Growth("com.acme.Foo", List.of(2L, 4L, 6L)));
        assertThat(counts.growing(3, name -> false)).isEmpty();
    }

    @Test
    void whatOthersLetGoOfMeanwhileHidesNoGrowth() {
        assertThat(growing(100, 1_000, 1_100, 1_160, 1_300, 1_390)).isTrue();
        assertThat(growing(100, 1_000, 1_100, 1_149, 1_400, 1_500))
                .as("a round that left less than half")
                .isFalse();
        assertThat(growing(100, 1_000, 1_060, 1_120, 1_180, 1_299))
                .as("less than three quarters in all")
                .isFalse();
        assertThat(growing(100, 1_000, 1_060, 1_120, 1_200, 1_300)).isTrue();
    }

    private static boolean growing(long atLeast, long... row) {
        GrowthCounts counts = new GrowthCounts(row.length - 1);
        for (int round = 0; round < row.length; round++) {
            counts.add(round, "   7:      " + row[round] + "   128  com.acme.Foo");
        }
        return !counts.growing(atLeast, name -> false).isEmpty();
    }
}
