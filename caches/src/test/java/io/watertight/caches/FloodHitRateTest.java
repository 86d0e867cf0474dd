package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Funnels;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A million keys that do not exist, asked for among those that do, cost the others no hits. */
class FloodHitRateTest {
    private static final int PRESENT = 50_000;
    private static final int QUESTIONS = 200_000;
    private static final int ABSENT_FOR_EACH = 5;

    @Test
    void presentKeysAreHitAsOften() throws Exception {
        double alone = hitRate(0);
        double amidFlood = hitRate(ABSENT_FOR_EACH);

        assertThat(alone).isBetween(0.3, 0.6);
        assertThat(amidFlood).isGreaterThan(alone - 0.01);
    }

    private static double hitRate(int absentForEach) throws Exception {
        LoadDefence<Integer> defence = LoadDefence.<Integer>builder("flood")
                .rememberAbsent(Duration.ofMinutes(5))
                .maximumRemembered(10_000)
                .filter(
                        PRESENT,
                        0.01,
                        Funnels.integerFunnel(),
                        () -> IntStream.range(0, PRESENT).boxed())
                .build();
        defence.rebuild().toCompletableFuture().get();
        try (ValueCache<Integer, String> cache = ValueCache.<Integer, String>builder("flood")
                .maximumSize(1_000)
                .loader((key, load) -> key < PRESENT ? "value " + key : null)
                .defence(defence)
                .executor(Runnable::run)
                .recordHits()
                .build()) {
            int absent = PRESENT;
            for (int key : Traces.zipf(PRESENT, 0.9, QUESTIONS)) {
                if (cache.get(key) == null) {
                    throw new AssertionError("a value is withheld");
                }
                for (int i = 0; i < absentForEach; i++) {
                    if (cache.get(absent++) != null) {
                        throw new AssertionError("a value that does not exist");
                    }
                }
            }
            return (double) cache.stats().hits() / QUESTIONS;
        }
    }
}
