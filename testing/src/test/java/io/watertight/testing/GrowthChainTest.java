package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.diagnostics.internal.HolderGroup;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GrowthChainTest {
    @Test
    void wayThatGrewByTheExpectedNumberIsLikely() {
        Map<String, Integer> before = Map.of("cache", 500, "list", 600, "strings", 1_000);
        List<HolderGroup> after = List.of(held("cache", 520), held("list", 700), held("strings", 990));

        assertThat(GrowthChain.likely(after, before, 103)).isEqualTo(held("list", 700));
    }

    @Test
    void objectsReachedInAnotherWayThanBeforeAreNoGrowth() {
        Map<String, Integer> before = Map.of("list", 600, "loader of A", 104);
        List<HolderGroup> after = List.of(held("loader of B", 104), held("list", 700));

        assertThat(GrowthChain.likely(after, before, 104)).isEqualTo(held("list", 700));
    }

    @Test
    void newWayIsTakenIfThereIsNoOther() {
        List<HolderGroup> after = List.of(held("holder of round 6", 10), held("list", 600));

        assertThat(GrowthChain.likely(after, Map.of("list", 600), 10)).isEqualTo(held("holder of round 6", 10));
    }

    @Test
    void nothingIsLikelyIfNoWayGrew() {
        assertThat(GrowthChain.likely(List.of(held("list", 600)), Map.of("list", 600), 10))
                .isNull();
    }

    private static HolderGroup held(String way, int times) {
        return new HolderGroup(way, Collections.nCopies(times, 1));
    }
}
