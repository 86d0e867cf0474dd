package io.watertight.examples;

import io.watertight.guards.LeakDetector;
import io.watertight.guards.LeakListener;
import io.watertight.guards.LeakReport;
import io.watertight.guards.Lease;
import io.watertight.guards.SiteStats;
import io.watertight.guards.Watertight;
import io.watertight.pools.Pool;
import io.watertight.pools.PoolStats;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where one program of a ward runs: its detector, what was reported of it, and what must be tidied up behind it. */
final class Room implements AutoCloseable {
    private static final StackWalker WALKER = StackWalker.getInstance();
    private static final long JOIN_MILLIS = 10_000;

    private static final String LIBRARY = "io.watertight.";
    private static final String CLINIC = Room.class.getPackageName() + ".";

    private final LeakDetector detector;
    private final String reportedType;
    private final Lease<LeakListener> registration;
    private final List<Finding> findings = new CopyOnWriteArrayList<>();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final Deque<AutoCloseable> afterwards = new ArrayDeque<>();
    private final List<Pool<?>> pools = new CopyOnWriteArrayList<>();
    private boolean allStillThere = true;
    private boolean anyStillThere;
    private final Set<Line> acquisitions = ConcurrentHashMap.newKeySet();

    Room(Ward ward, Duration limit) {
        this.detector = ward.settings(LeakDetector.builder(ward.type()), limit).build();
        this.reportedType = ward.reportedType();
        this.registration = Watertight.onLeak(this::reported);
    }

    private void reported(LeakReport report) {
        if (report.type().equals(reportedType) && !report.returnedLate()) {
            findings.add(Finding.of(report));
        }
    }

    /** The detector, for use on the line that acquires a resource: reports must name this line. */
    LeakDetector here() {
        return here(detector);
    }

    /** Any value, for use on the line that acquires a resource: reports must name this line. */
    <T> T here(T value) {
        acquisitions.add(WALKER.walk(Room::caller));
        return value;
    }

    private static Line caller(Stream<StackWalker.StackFrame> frames) {
        return frames.filter(frame -> !frame.getClassName().equals(Room.class.getName()))
                .findFirst()
                .map(frame -> Line.of(frame.toStackTraceElement()))
                .orElseThrow();
    }

    /** The detector, where nothing is acquired. */
    LeakDetector detector() {
        return detector;
    }

    /** Says what can be seen of the resource without the library, and whether it is still there. */
    void see(boolean stillThere, String what) {
        allStillThere &= stillThere;
        anyStillThere |= stillThere;
        seen.add(what);
    }

    /** Takes down an exception with which the library refused a leak. */
    void refused(long count, RuntimeException exception) {
        String message = String.valueOf(exception.getMessage());
        Line named = acquisitions.stream()
                .filter(line -> message.contains("(" + line + ")"))
                .findFirst()
                .orElseGet(() -> outside(exception));
        findings.add(Finding.of(Finding.REFUSED, detector.type(), count, message, named));
    }

    /** Takes down what a map told its listener, which it calls on the thread that adds: the line that adds is the finding's. */
    void growing(long count, String words) {
        findings.add(Finding.of(Finding.GROWING, detector.type(), count, words, WALKER.walk(Room::belowTheLibrary)));
    }

    private static @Nullable Line belowTheLibrary(Stream<StackWalker.StackFrame> frames) {
        return frames.dropWhile(frame -> frame.getClassName().startsWith(CLINIC)) // the listener
                .filter(frame -> frame.getClassName().startsWith(CLINIC))
                .findFirst()
                .map(frame -> Line.of(frame.toStackTraceElement()))
                .orElse(null);
    }

    /** Takes down a test that failed because it leaked. */
    void failedTest(String message, Line line) {
        findings.add(Finding.of(Finding.FAILED_TEST, detector.type(), 1, message, line));
    }

    /** Where an exception of the library was met: the first line outside of it. */
    private static @Nullable Line outside(RuntimeException exception) {
        return Stream.of(exception.getStackTrace())
                .filter(frame -> !frame.getClassName().startsWith(LIBRARY)
                        || frame.getClassName().startsWith(CLINIC))
                .findFirst()
                .map(Line::of)
                .orElse(null);
    }

    /** Keeps something until the program's leak was found, and closes it then: what came last first. */
    <T extends AutoCloseable> T afterwards(T tidyUp) {
        afterwards.push(tidyUp);
        return tidyUp;
    }

    /**
     * Keeps a pool, whose leases belong to the books, and closes it afterwards. The thread that ends its last object closes
     * its books, and says what it held back: it gets a moment, so that this does not come when the next program runs.
     */
    <T> Pool<T> pool(Pool<T> pool) {
        pools.add(pool);
        String threads = "watertight-pool-" + pool.name() + "-";
        afterwards(() -> {
            pool.close();
            Patience.until(
                    () -> Thread.getAllStackTraces().keySet().stream()
                            .noneMatch(thread -> thread.getName().startsWith(threads)),
                    Patience.LIMIT);
        });
        return pool;
    }

    /** The library's own count of what the program acquired; empty if it was nothing. */
    String books() {
        List<SiteStats> stats =
                detector.sites().stream().map(site -> site.stats()).toList();
        long acquired = stats.stream().mapToLong(SiteStats::acquired).sum();
        long open = stats.stream().mapToLong(SiteStats::outstanding).sum();
        for (Pool<?> pool : pools) {
            PoolStats leases = pool.stats();
            acquired += leases.leases() + leases.leased();
            open += leases.leased();
        }
        return acquired == 0 ? "" : "; " + acquired + " acquired, " + open + " open";
    }

    /**
     * Closes something afterwards that its program forgets, if it is still there then. It is held weakly, so that this room
     * is not what keeps it.
     */
    <T extends AutoCloseable> WeakReference<T> forgotten(T resource) {
        WeakReference<T> reference = new WeakReference<>(resource);
        afterwards(() -> {
            T present = reference.get();
            if (present != null) {
                present.close();
            }
        });
        return reference;
    }

    /** Starts a thread that has to end when what came afterwards is closed. */
    Thread thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        afterwards(() -> {
            thread.join(JOIN_MILLIS);
            if (thread.isAlive()) {
                throw new IllegalStateException("thread '" + name + "' does not end");
            }
        });
        return thread;
    }

    List<Finding> findings() {
        return findings;
    }

    /** The lines that acquired what leaks. */
    Set<Line> acquisitions() {
        return acquisitions;
    }

    String seen() {
        return String.join("; ", seen);
    }

    boolean isAllStillThere() {
        return allStillThere && !seen.isEmpty();
    }

    boolean isAnyStillThere() {
        return anyStillThere;
    }

    /** Tidies up. */
    void tidyUp() throws Exception {
        while (!afterwards.isEmpty()) {
            afterwards.pop().close();
        }
    }

    /** Ends the detector: what is open now is reported. */
    @Override
    public void close() {
        detector.close();
        Watertight.pump();
        registration.close();
    }
}
