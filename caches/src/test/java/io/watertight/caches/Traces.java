package io.watertight.caches;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/** Sequences of keys as published comparisons of eviction policies use them, made from a seed. */
final class Traces {
    private static final int SEED = 20_240_615;

    private Traces() {}

    /** Keys by rank: the n-th is asked for in proportion to n to the power of minus the exponent. */
    static int[] zipf(int keys, double exponent, int length) {
        double[] cumulated = new double[keys];
        double sum = 0;
        for (int rank = 0; rank < keys; rank++) {
            sum += Math.pow(rank + 1, -exponent);
            cumulated[rank] = sum;
        }
        Random random = new Random(SEED);
        int[] trace = new int[length];
        for (int i = 0; i < length; i++) {
            int found = Arrays.binarySearch(cumulated, random.nextDouble() * sum);
            trace[i] = found >= 0 ? found : -found - 1;
        }
        return trace;
    }

    /** The same keys in the same order, again and again. */
    static int[] loop(int keys, int length) {
        return IntStream.range(0, length).map(i -> i % keys).toArray();
    }

    /** A Zipf trace into which, at intervals, a scan falls of keys that are asked for once. */
    static int[] scans(int[] base, int every, int scanned) {
        int scans = base.length / every;
        int[] trace = new int[base.length + scans * scanned];
        int fresh = 1_000_000_000;
        int to = 0;
        for (int i = 0; i < base.length; i++) {
            trace[to++] = base[i];
            if ((i + 1) % every == 0) {
                for (int j = 0; j < scanned; j++) {
                    trace[to++] = fresh++;
                }
            }
        }
        return trace;
    }

    /** Half of the questions by Zipf, half a loop over other keys: what is popular, beside a job that reads all. */
    static int[] mixedWithLoop(int[] base, int keys) {
        int[] trace = new int[base.length * 2];
        for (int i = 0; i < base.length; i++) {
            trace[2 * i] = base[i];
            trace[2 * i + 1] = 500_000_000 + i % keys;
        }
        return trace;
    }

    /** What is popular changes: the ranks go to other keys each time. */
    static int[] shifting(int[] base, int every, int by) {
        int[] trace = new int[base.length];
        for (int i = 0; i < base.length; i++) {
            trace[i] = base[i] + i / every * by;
        }
        return trace;
    }
}
