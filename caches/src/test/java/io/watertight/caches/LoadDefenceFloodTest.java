package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Funnels;
import io.watertight.testing.GcBarrier;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A million different keys that do not exist, as an attacker asks for them. */
class LoadDefenceFloodTest {
    private static final long KEYS = 1_000_000;
    private static final long EXISTING = 100_000;
    private static final int REMEMBERED = 10_000;
    private static final double FALSE_POSITIVES = 0.01;

    private static LoadDefenceBuilder<Long> builder() {
        return LoadDefence.<Long>builder("flood")
                .rememberAbsent(Duration.ofMinutes(5))
                .maximumRemembered(REMEMBERED);
    }

    /** Asks for every key once, as the load path does; returns how many loads began. */
    private static long flood(LoadDefence<Long> defence, long keys) {
        long loads = 0;
        for (long key = EXISTING; key < EXISTING + keys; key++) {
            if (!defence.isAbsent(key)) {
                try {
                    defence.admit(key);
                    loads++;
                    defence.absent(key, defence.stamp(key));
                } catch (LoadRefusedException refused) {
                    // as it should
                }
            }
        }
        return loads;
    }

    @Test
    void filterLetsNoMoreThanItsFalsePositivesThrough() throws Exception {
        LoadDefence<Long> defence = builder()
                .filter(
                        EXISTING,
                        FALSE_POSITIVES,
                        Funnels.longFunnel(),
                        () -> LongStream.range(0, EXISTING).boxed())
                .build();
        defence.rebuild().toCompletableFuture().get(60, TimeUnit.SECONDS);

        long loads = flood(defence, KEYS);

        // Of what is let through, the filter says itself how much that will be.
        assertThat(loads).isLessThanOrEqualTo((long) (1.1 * FALSE_POSITIVES * KEYS));
        assertThat(defence.stats().filterNo()).isEqualTo(KEYS - loads);
        assertThat(defence.stats().remembered()).isLessThanOrEqualTo(REMEMBERED);
        assertThat(LongStream.range(0, EXISTING).filter(defence::isAbsent).count())
                .isZero();
    }

    @Test
    void limitHoldsWhereThereIsNoFilter() {
        LoadDefenceBuilder<Long> builder = builder();
        long[] permits = {100};
        builder.permits = () -> permits[0]-- > 0;
        LoadDefence<Long> defence = builder.build();

        long questions = 100_000; // each refusal has a stack
        assertThat(flood(defence, questions)).isEqualTo(100);
        assertThat(defence.stats().refusedByRate()).isEqualTo(questions - 100);
        assertThat(defence.stats().remembered()).isEqualTo(100);
    }

    @Test
    @Tag("gc")
    void heapGrowsByWhatIsRememberedOnly() {
        LoadDefence<Long> defence = builder().build();
        long before = live();

        flood(defence, KEYS);
        long grown = live() - before;

        assertThat(defence.stats().remembered()).isLessThanOrEqualTo(REMEMBERED);
        assertThat(grown).as("bytes for %d keys", REMEMBERED).isLessThan(REMEMBERED * 400L);
    }

    private static long live() {
        assertThat(GcBarrier.await()).isTrue();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
