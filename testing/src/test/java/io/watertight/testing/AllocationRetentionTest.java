package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gc")
class AllocationRetentionTest {
    private final List<Object> kept = new ArrayList<>();
    private long calls;

    @Test
    void objectsThatAreKeptAreGrowth() {
        assertThatThrownBy(() -> Allocations.assertNoGrowthWithIterations(() -> kept.add(new byte[100])))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("live bytes grow")
                .hasMessageContaining("B per operation")
                .hasMessageContaining("most grown: byte[] +12");
    }

    @Test
    void everySixtyFourthObjectThatIsKeptIsGrowth() {
        assertThatThrownBy(() -> Allocations.assertNoGrowthWithIterations(() -> {
                    if (calls++ % 64 == 0) {
                        kept.add(new Object());
                    }
                }))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void arrayThatDoublesNowAndThenIsGrowth() {
        assertThatThrownBy(() -> Allocations.assertNoGrowthWithIterations(() -> kept.add("")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("java.lang.Object[]");
    }

    @Test
    void garbageIsNoGrowth() {
        assertThatCode(() -> Allocations.assertNoGrowthWithIterations(() -> {
                    kept.add(new byte[1_000]);
                    kept.clear();
                }))
                .doesNotThrowAnyException();
    }

    @Test
    void boundedCacheIsNoGrowth() {
        Map<Long, byte[]> cache = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, byte[]> eldest) {
                return size() > 1_000;
            }
        };

        assertThatCode(() -> Allocations.assertNoGrowthWithIterations(() -> cache.put(calls++, new byte[100])))
                .doesNotThrowAnyException();
    }
}
