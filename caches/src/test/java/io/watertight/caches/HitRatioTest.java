package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much of each trace a cache answers, by W-TinyLFU and by exact LRU. The table in docs/caches.md is from here. */
class HitRatioTest {
    private static final Logger LOG = LoggerFactory.getLogger(HitRatioTest.class);
    private static final int LENGTH = 200_000;
    private static final int KEYS = 50_000;
    private static final int SIZE = 1_000;

    private final int[] zipf = Traces.zipf(KEYS, 0.9, LENGTH);

    /** The hits of both, in percent. */
    private record Ratios(double tinyLfu, double lru) {}

    private static Ratios measure(String name, int[] trace) {
        return measure(name, trace, SIZE);
    }

    private static Ratios measure(String name, int[] trace, int size) {
        ValueCacheBuilder<Integer, Integer> builder =
                ValueCache.<Integer, Integer>builder(name).maximumSize(size);
        Ratios ratios = new Ratios(percent(builder, trace), percent(builder.exactLru(), trace));
        LOG.info("{}, {} places: W-TinyLFU {} %, LRU {} %", name, size, ratios.tinyLfu, ratios.lru);
        return ratios;
    }

    private static double percent(ValueCacheBuilder<Integer, Integer> builder, int[] trace) {
        long hits = 0;
        try (ValueCache<Integer, Integer> cache = builder.build()) {
            for (Integer key : trace) {
                if (cache.getIfPresent(key) != null) {
                    hits++;
                } else {
                    cache.put(key, key);
                }
            }
        }
        return Math.rint(hits * 1_000.0 / trace.length) / 10;
    }

    @Test
    void zipfIsAnsweredBetterByFrequency() {
        Ratios ratios = measure("zipf", zipf);

        assertThat(ratios.tinyLfu).isGreaterThan(ratios.lru + 5);
    }

    @Test
    void scansEmptyAnLruOnly() {
        int[] scanned = Traces.scans(zipf, 2_000, 2_000);
        Ratios quiet = measure("zipf", zipf);
        Ratios ratios = measure("zipf and scans", scanned);
        double possible = (double) zipf.length / scanned.length; // a scan itself is never a hit

        assertThat(ratios.tinyLfu).isCloseTo(quiet.tinyLfu * possible, within(3.0));
        assertThat(ratios.lru).isLessThan(quiet.lru * possible - 3);
    }

    @Test
    void loopThatIsLargerThanTheCacheIsNeverAnsweredByLru() {
        Ratios ratios = measure("loop", Traces.loop(2 * SIZE, LENGTH));

        assertThat(ratios.lru).isZero(); // each key goes just before it is asked for again
        assertThat(ratios.tinyLfu).isBetween(30.0, 50.0); // the most there can be is half
    }

    @Test
    void loopThatFitsIsAnsweredByBoth() {
        Ratios ratios = measure("small loop", Traces.loop(SIZE, LENGTH));

        assertThat(ratios.lru).isGreaterThan(99);
        assertThat(ratios.tinyLfu).isGreaterThan(95);
    }

    @Test
    void loopBesideWhatIsPopularTakesThePlacesOfAnLru() {
        Ratios ratios = measure("zipf and loop", Traces.mixedWithLoop(zipf, 10 * SIZE));

        assertThat(ratios.tinyLfu).isGreaterThan(ratios.lru + 5);
    }

    /** Frequency has to forget: here an LRU need not lose. */
    @Test
    void changingPopularityIsFollowed() {
        Ratios ratios = measure("shifting zipf", Traces.shifting(zipf, 10_000, 1_000));

        assertThat(ratios.tinyLfu).isGreaterThan(ratios.lru - 3);
    }
}
