package io.watertight.testing;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Whether live objects become more the more often an operation runs. Counts them with the JVM's class histogram, which is
 * exact with every collector, after rounds of doubling length: what grows by doubling itself (a table, an array) grows
 * in every such round, while caches, once full, and things done once do not.
 */
final class AllocationRetention {
    private static final String DIAGNOSTICS = "com.sun.management:type=DiagnosticCommand";
    private static final Pattern ROW = Pattern.compile("(?m)^\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+)");
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final int ROUNDS = 7;
    private static final int ROUNDS_THAT_COUNT = 4;
    private static final int FIRST_ROUND = 1_000;
    private static final int CLASSES_NAMED = 3;
    private static final int SECOND_LOOKS = 4;
    private static final double LEAST_SLOPE = 0.1;
    private static final long LEAST_GROWTH = 512;
    private static final Duration CALIBRATION = Duration.ofMillis(20);
    private static final Duration GRACE = Duration.ofMillis(50);

    private final AllocatingOperation operation;
    private final long[] growth = new long[ROUNDS];

    private AllocationRetention(AllocatingOperation operation) {
        this.operation = operation;
    }

    /** Live bytes and live objects of one class. */
    private record Live(long objects, long bytes) {}

    static void check(AllocatingOperation operation) throws Throwable {
        new AllocationRetention(operation).run();
    }

    private void run() throws Throwable {
        int firstRound = calibrate();
        Map<String, Live> first = new HashMap<>(liveByClass());
        first.putAll(liveByClass()); // with what the first count itself has left
        long before = live();
        for (int round = 0; round < ROUNDS; round++) {
            int operations = firstRound << round;
            for (int i = 0; i < operations; i++) {
                operation.run();
            }
            long after = liveUnless(before + leastGrowth(operations));
            growth[round] = after - before;
            before = after;
        }
        if (isLeak(firstRound)) {
            throw new AssertionError(describe(firstRound, first));
        }
    }

    /** Runs the operation for some time, so that what is loaded once is loaded; returns how many operations that were. */
    private int calibrate() throws Throwable {
        long start = System.nanoTime();
        int done = 0;
        do {
            operation.run();
            done++;
        } while (done < FIRST_ROUND && System.nanoTime() - start < CALIBRATION.toNanos());
        return done;
    }

    private boolean isLeak(int firstRound) {
        for (int round = ROUNDS - ROUNDS_THAT_COUNT; round < ROUNDS; round++) {
            if (growth[round] < leastGrowth(firstRound << round)) {
                return false;
            }
        }
        return true;
    }

    private String describe(int firstRound, Map<String, Live> first) {
        List<String> rounds = new ArrayList<>();
        long operations = 0;
        long bytes = 0;
        for (int round = ROUNDS - ROUNDS_THAT_COUNT; round < ROUNDS; round++) {
            operations += firstRound << round;
            bytes += growth[round];
            rounds.add((firstRound << round) + " operations +" + growth[round] + " B");
        }
        return "allocations: live bytes grow with the iterations, by "
                + AllocationResult.number((double) bytes / operations) + " B per operation ("
                + String.join(", ", rounds) + "); most grown: " + grown(first, liveByClass())
                + "; something keeps what the operation made: look for a collection or a list of listeners that is never"
                + " emptied";
    }

    private static long leastGrowth(int operations) {
        return Math.max(LEAST_GROWTH, (long) (LEAST_SLOPE * operations));
    }

    private static String grown(Map<String, Live> first, Map<String, Live> last) {
        Map<String, Live> difference = new HashMap<>();
        last.forEach((type, now) -> {
            Live before = first.getOrDefault(type, new Live(0, 0));
            difference.put(type, new Live(now.objects - before.objects, now.bytes - before.bytes));
        });
        List<String> lines = new ArrayList<>();
        difference.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, Live> entry) -> entry.getValue().bytes)
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(CLASSES_NAMED)
                .forEach(entry -> lines.add(AllocationSites.className(entry.getKey()) + " +" + entry.getValue().objects
                        + " (+" + entry.getValue().bytes + " B)"));
        return String.join(", ", lines);
    }

    /** Looks again, after a while, if the answer is too much: reference queues are drained by other threads. */
    private static long liveUnless(long suspicious) {
        long live = live();
        for (int look = 0; look < SECOND_LOOKS && live >= suspicious; look++) {
            LockSupport.parkNanos(GRACE.toNanos());
            live = Math.min(live, live());
        }
        return live;
    }

    /** Bytes that live now. Keeps nothing, or it would count it the next time. */
    private static long live() {
        Matcher total = TOTAL.matcher(histogram());
        if (!total.find()) {
            throw new AllocationUnavailableException(
                    "allocations: live objects cannot be counted: the class histogram of this JVM has no total; run these"
                            + " tests on a HotSpot JVM");
        }
        return Long.parseLong(total.group(1));
    }

    private static Map<String, Live> liveByClass() {
        Map<String, Live> live = new HashMap<>();
        Matcher row = ROW.matcher(histogram());
        while (row.find()) {
            live.merge(
                    row.group(3),
                    new Live(Long.parseLong(row.group(1)), Long.parseLong(row.group(2))),
                    (one, other) -> new Live(one.objects + other.objects, one.bytes + other.bytes));
        }
        return live;
    }

    private static String histogram() {
        System.gc();
        try {
            return ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName(DIAGNOSTICS),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()})
                    .toString();
        } catch (JMException | RuntimeException failure) {
            throw new AllocationUnavailableException(
                    "allocations: live objects cannot be counted: this JVM has no class histogram (" + failure
                            + "); run these tests on a HotSpot JVM",
                    failure);
        }
    }
}
