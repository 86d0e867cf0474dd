package io.watertight.testing;

import io.watertight.testing.ThreadBirths.Birth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes leaks of threads that still run: single ones, and pools of them. */
final class ThreadVerdict {
    private static final int MOST_NAMES = 5;
    private static final Duration BEGINNING = Duration.ofMillis(100);
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private ThreadVerdict() {}

    /** When threads are judged that serve an executor or a timer. */
    enum Workers {
        NOW,
        /** After the class: it may keep an executor that a test makes grow. */
        LATER,
        /** Their executors are watched themselves. */
        NEVER
    }

    /** A live thread with the scope it belongs to and with what is known of its start. */
    record Survivor(
            Thread thread,
            List<StackTraceElement> stack,
            @Nullable Birth birth,
            @Nullable CheckedScope owner) {
        boolean isPoolWorker() {
            return LiveThreads.isPoolWorker(thread, stack);
        }

        /** The stack of its start, from the user's line on. */
        List<StackTraceElement> startedAt() {
            return birth == null ? List.of() : Frames.ofUser(birth.startedAt());
        }

        String line() {
            return owner == null ? Frames.line(startedAt()) : Frames.line(startedAt(), owner.place());
        }

        boolean isOfStaticInitializer() {
            return birth != null && Frames.isStaticInitializer(birth.startedAt());
        }
    }

    /**
     * Threads made in this scope; in the outermost one, also those of tests inside it that were left to it. Asking who
     * started a thread costs some ten milliseconds, so threads that are about to end are given a moment first; only those
     * of this scope are then waited for.
     */
    static void on(CheckedScope scope, Workers workers, ThreadSearch threads, GraceTime grace, Verdict verdict) {
        grace.awaitAtMost(MOMENT_NANOS, () -> threads.suspects(scope).isEmpty());
        new GraceTime(BEGINNING).await(() -> threads.haveAllBegun(scope));
        List<Survivor> suspects = threads.survivors(scope);
        if (suspects.isEmpty()) {
            return;
        }
        List<Thread> awaited = suspects.stream().map(Survivor::thread).toList();
        BooleanSupplier isNothingLeft =
                () -> awaited.stream().noneMatch(thread -> thread.isAlive() && !isLeftOut(thread, workers));
        if (awaited.stream().anyMatch(LiveThreads::endsWhenCollected)) {
            grace.awaitAndCollect(isNothingLeft);
        } else {
            grace.await(isNothingLeft);
        }
        Map<CheckedScope, List<Survivor>> byOwner = new LinkedHashMap<>();
        boolean leftForLater = false;
        for (Survivor survivor : threads.survivors(scope)) {
            if (isLeftOut(survivor.thread(), workers)) {
                leftForLater |= workers == Workers.LATER;
            } else if (threads.reportOnce(survivor.thread())) {
                byOwner.computeIfAbsent(survivor.owner(), owner -> new ArrayList<>())
                        .add(survivor);
            }
        }
        if (leftForLater) {
            threads.outlived(scope);
        }
        byOwner.forEach((owner, its) -> {
            List<FoundLeak> leaks = leaks(its);
            verdict.add(owner.expectations(), verdict.isOn(owner) ? leaks : FoundLeak.of(owner, leaks));
        });
    }

    /** Asked again and again: a worker shows that it is one only once it has begun to work. */
    private static boolean isLeftOut(Thread thread, Workers workers) {
        return workers != Workers.NOW
                && (LiveThreads.isPoolWorker(thread, List.of(thread.getStackTrace()))
                        || (workers == Workers.NEVER && LiveThreads.isOfTimer(thread)));
    }

    /** One leak for each thread, and one for the workers of a pool. */
    static List<FoundLeak> leaks(List<Survivor> survivors) {
        List<FoundLeak> leaks = new ArrayList<>();
        Map<String, List<Survivor>> pools = new TreeMap<>();
        for (Survivor survivor : survivors) {
            if (survivor.isPoolWorker()) {
                pools.computeIfAbsent(poolName(survivor.thread()), name -> new ArrayList<>())
                        .add(survivor);
            } else {
                leaks.add(thread(survivor));
            }
        }
        pools.values().forEach(workers -> leaks.add(pool(workers)));
        return leaks;
    }

    private static FoundLeak thread(Survivor survivor) {
        Thread thread = survivor.thread();
        String text = "thread '" + thread.getName() + "' " + (thread.isDaemon() ? "(daemon) " : "") + "still runs"
                + started(survivor) + now(survivor);
        return leak(FoundLeak.THREAD, text, survivor, List.of(thread));
    }

    private static FoundLeak pool(List<Survivor> workers) {
        List<Thread> threads = workers.stream()
                .map(Survivor::thread)
                .sorted((a, b) -> Long.compare(a.getId(), b.getId()))
                .toList();
        Survivor first = workers.stream()
                .filter(worker -> worker.thread() == threads.get(0))
                .findFirst()
                .orElseThrow();
        String names = threads.stream()
                .limit(MOST_NAMES)
                .map(thread -> "'" + thread.getName() + "'")
                .collect(Collectors.joining(", "));
        String text = "executor with " + threads.size() + (threads.size() == 1 ? " thread (" : " threads (") + names
                + (threads.size() > MOST_NAMES ? ", ...)" : ")") + " was not shut down" + started(first) + now(first);
        return leak(FoundLeak.EXECUTOR, text, first, threads);
    }

    private static FoundLeak leak(String type, String text, Survivor first, List<Thread> threads) {
        String names = threads.stream().map(Thread::getName).collect(Collectors.joining(" "));
        return new FoundLeak(type, text, first.startedAt(), names + " " + first.line());
    }

    private static String started(Survivor survivor) {
        Birth birth = survivor.birth();
        return birth == null ? "" : "; started at " + survivor.line() + " by '" + birth.parentName() + "'";
    }

    private static String now(Survivor survivor) {
        if (survivor.isPoolWorker() && Frames.hasNoneOfUser(survivor.stack())) {
            return "; idle now";
        }
        List<StackTraceElement> stack = Frames.ofUser(survivor.stack());
        return "; now at " + Frames.line(stack) + ", " + survivor.thread().getState();
    }

    /** The name without the numbers at its end: the workers of one pool share it. */
    private static String poolName(Thread worker) {
        String name = worker.getName();
        int end = name.length();
        while (end > 0 && Character.isDigit(name.charAt(end - 1))) {
            end--;
        }
        return name.substring(0, end);
    }
}
