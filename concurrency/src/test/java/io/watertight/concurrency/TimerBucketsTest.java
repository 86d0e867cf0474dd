package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimerBucketsTest {
    private static final long BLOCK = 512;
    private static final long ALL_BLOCKS = 512 * 512;
    private final ManualHost host = new ManualHost(1);
    private final TimerBuckets buckets = new TimerBuckets();
    private final List<Long> expired = new ArrayList<>();

    private TimerNode add(long dueTick) {
        TimerNode node = new TimerNode(host.wheel, "unused");
        node.dueTick = dueTick;
        buckets.add(node);
        return node;
    }

    /** Advances, and checks that each timer comes at its tick. */
    private void advance(long now) {
        buckets.advance(now, node -> {
            assertThat(buckets.current()).isEqualTo(node.dueTick);
            assertThat(node.bucket).isEqualTo(TimerBuckets.NOWHERE);
            expired.add(node.dueTick);
        });
    }

    @Test
    void everyTimerComesAtItsTickInOrder() {
        long[] ticks = {
            1,
            63,
            64,
            BLOCK - 1,
            BLOCK,
            BLOCK + 1,
            7 * BLOCK,
            7 * BLOCK + 5,
            ALL_BLOCKS - 1,
            ALL_BLOCKS,
            ALL_BLOCKS + 1,
            3 * ALL_BLOCKS + 3 * BLOCK + 3
        };
        for (int i = ticks.length - 1; i >= 0; i--) {
            add(ticks[i]);
        }
        advance(5 * ALL_BLOCKS);

        assertThat(expired).containsExactly(LongList.of(ticks));
        assertThat(buckets.isEmpty()).isTrue();
        assertThat(buckets.nextTick()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void addingWhereverTheWheelStandsFindsTheRightBucket() {
        for (long start : new long[] {0, 1, 510, 511, 512, 513, ALL_BLOCKS - 2, ALL_BLOCKS - 1, ALL_BLOCKS}) {
            advance(start);
            for (long distance : new long[] {1, 2, 511, 512, 513, ALL_BLOCKS - 1, ALL_BLOCKS, ALL_BLOCKS + 1}) {
                expired.clear();
                add(start + distance);
                assertThat(buckets.nextTick()).isBetween(start + 1, start + distance);
                TimerBuckets fresh = new TimerBuckets();
                fresh.advance(start, node -> {});
                TimerNode node = new TimerNode(host.wheel, "unused");
                node.dueTick = start + distance;
                fresh.add(node);
                fresh.advance(
                        start + distance - 1,
                        early -> assertThat(early.dueTick).as("early").isNegative());
                fresh.advance(start + distance, due -> expired.add(due.dueTick));
                assertThat(expired).containsExactly(start + distance);
            }
        }
    }

    @Test
    void emptyBucketsAreJumped() {
        add(10 * ALL_BLOCKS);
        assertThat(buckets.nextTick()).isEqualTo(ALL_BLOCKS);
        advance(ALL_BLOCKS);
        assertThat(buckets.nextTick()).isEqualTo(2 * ALL_BLOCKS);
        advance(2 * ALL_BLOCKS + 77);
        add(2 * ALL_BLOCKS + 77 * BLOCK);
        assertThat(buckets.nextTick()).isEqualTo(2 * ALL_BLOCKS + 77 * BLOCK);
    }

    @Test
    void removedOnesNeverComeAndLeaveTheirBucketUnused() {
        for (long tick : new long[] {5, 3 * BLOCK, 3 * ALL_BLOCKS}) {
            TimerNode first = add(tick);
            TimerNode middle = add(tick);
            TimerNode last = add(tick);
            buckets.remove(middle);
            buckets.remove(middle);
            buckets.remove(last);
            buckets.remove(first);
            assertThat(buckets.nextTick()).isEqualTo(Long.MAX_VALUE);
        }
        assertThat(buckets.isEmpty()).isTrue();
        advance(4 * ALL_BLOCKS);
        assertThat(expired).isEmpty();
    }

    @Test
    void clearTakesEverything() {
        add(5);
        add(3 * BLOCK);
        add(3 * ALL_BLOCKS);
        buckets.clear(node -> expired.add(node.dueTick));

        assertThat(expired).containsExactlyInAnyOrder(5L, 3 * BLOCK, 3 * ALL_BLOCKS);
        assertThat(buckets.isEmpty()).isTrue();
        assertThat(buckets.nextTick()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void randomTimersComeAtTheirTicks() {
        Random random = new Random(20251121);
        List<TimerNode> in = new ArrayList<>();
        List<Long> expected = new ArrayList<>();
        long now = 0;
        for (int i = 0; i < 50_000; i++) {
            int what = random.nextInt(10);
            if (what < 6) {
                in.add(add(now + 1 + (random.nextLong() >>> 1) % (1L << random.nextInt(22))));
            } else if (what < 8 && !in.isEmpty()) {
                buckets.remove(in.remove(random.nextInt(in.size())));
            } else {
                now += random.nextInt(1 << random.nextInt(14));
                long reached = now;
                in.removeIf(node -> node.dueTick <= reached && expected.add(node.dueTick));
                advance(now);
                assertThat(buckets.current()).isEqualTo(now);
            }
        }
        advance(now + (1 << 23));
        in.forEach(node -> expected.add(node.dueTick));

        assertThat(expired).containsExactlyInAnyOrderElementsOf(expected).isSorted();
        assertThat(buckets.isEmpty()).isTrue();
    }

    /** Boxes what AssertJ wants boxed. */
    private static final class LongList {
        static Long[] of(long[] values) {
            Long[] boxed = new Long[values.length];
            for (int i = 0; i < values.length; i++) {
                boxed[i] = values[i];
            }
            return boxed;
        }
    }
}
