package io.watertight.benchmarks;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/** Which keys a thread asks for, one after the other; drawn before anything is measured. */
enum KeyOrder {
    /** Some keys are asked for much more often than others: the n-th with a share of 1/n. */
    ZIPF("keys by Zipf's law"),
    /** One key that everybody asks for. */
    HOT("one key");

    /** So many keys are in a cache that has room for as many. */
    static final int KEYS = 1_024;

    private static final int LENGTH = 1 << 15;
    private static final int SEED = 42;
    private static final String[] ALL =
            IntStream.range(0, KEYS).mapToObj(key -> "order:" + key).toArray(String[]::new);

    final String text;

    KeyOrder(String text) {
        this.text = text;
    }

    /** Each key. */
    static Iterable<String> all() {
        return Arrays.asList(ALL);
    }

    /** For each thread an order of its own. */
    String[][] draw(int threads) {
        String[][] orders = new String[threads][];
        for (int thread = 0; thread < threads; thread++) {
            Random random = new Random(SEED + thread);
            orders[thread] = this == HOT
                    ? IntStream.range(0, LENGTH).mapToObj(turn -> ALL[0]).toArray(String[]::new)
                    : random.doubles(LENGTH).mapToObj(KeyOrder::byZipf).toArray(String[]::new);
        }
        return orders;
    }

    /** For each thread keys that no other thread has, each once. */
    static String[][] apart(int threads) {
        String[][] orders = new String[threads][];
        for (int thread = 0; thread < threads; thread++) {
            int first = thread;
            orders[thread] = IntStream.range(0, KEYS)
                    .filter(key -> key % threads == first)
                    .mapToObj(key -> ALL[key])
                    .toArray(String[]::new);
        }
        return orders;
    }

    private static String byZipf(double share) {
        int found = Arrays.binarySearch(Shares.UP_TO, share * Shares.UP_TO[KEYS - 1]);
        return ALL[Math.min(found < 0 ? -found - 1 : found, KEYS - 1)];
    }

    private static final class Shares {
        static final double[] UP_TO = new double[KEYS];

        static {
            double sum = 0;
            for (int key = 0; key < KEYS; key++) {
                sum += 1.0 / (key + 1);
                UP_TO[key] = sum;
            }
        }
    }
}
