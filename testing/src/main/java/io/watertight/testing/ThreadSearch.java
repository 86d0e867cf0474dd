package io.watertight.testing;

import io.watertight.testing.ThreadBirths.Birth;
import io.watertight.testing.ThreadVerdict.Survivor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks for threads that outlive the scope they were made in, and says whose each of them is.
 *
 * <p>A thread belongs to the innermost scope of the thread that started it, at the moment it was made: both are known from
 * its id, because ids are given out in order. If the starter runs no test itself, what counts is the starter's own start.
 * Where starts are not recorded, a thread belongs to the one test that ran when it was made, and to none if there were
 * more.
 */
final class ThreadSearch implements AutoCloseable {
    private static final int MOST_GENERATIONS = 1_000;

    private final long after = LiveThreads.newestId();
    private final @Nullable ThreadBirths births;
    private final Set<CheckedScope> open = ConcurrentHashMap.newKeySet();
    /** Scopes that have ended while threads made in them live on. */
    private final Set<CheckedScope> outlived = ConcurrentHashMap.newKeySet();

    /** Threads that run tests: what one starts outside of all scopes is of no test that is known here. */
    private final Set<Long> runners = ConcurrentHashMap.newKeySet();

    private final Set<Long> reported = ConcurrentHashMap.newKeySet();

    ThreadSearch(boolean recordBirths) {
        this.births = recordBirths ? ThreadBirths.begin() : null;
    }

    /** A test has begun. First it is open, then it looks around: of two that begin at once, one at least sees the other. */
    void opened(CheckedScope scope) {
        made(scope);
        for (CheckedScope other : open) {
            if (!other.isAround(scope) && !scope.isAround(other)) {
                other.overlap();
                scope.overlap();
            }
        }
    }

    /** The object of a test is about to be made. */
    void made(CheckedScope scope) {
        runners.add(scope.runner());
        open.add(scope);
    }

    /** After its verdict, or after its verdict was left to somebody else. */
    void ended(CheckedScope scope) {
        open.remove(scope);
    }

    void outlived(CheckedScope scope) {
        outlived.add(scope);
    }

    /** After the last verdict on a class, but for what waits for the end of the run. */
    void forgetInside(CheckedScope top) {
        outlived.removeIf(scope -> top.isAround(scope) && scope.settings().per() != NoLeaks.Per.SUITE);
    }

    /** Says whether a thread is reported for the first time. */
    boolean reportOnce(Thread thread) {
        return reported.add(thread.getId());
    }

    /** Live threads that were made while a scope was open, by whomever, and were not reported yet. */
    List<Thread> suspects(CheckedScope scope) {
        List<Thread> suspects = scope.threadsMade();
        suspects.removeIf(thread -> reported.contains(thread.getId()));
        return suspects;
    }

    /** Whether all suspects have come as far as to record their birth, which they do just before their first method. */
    boolean haveAllBegun(CheckedScope scope) {
        return suspects(scope).stream().noneMatch(thread -> thread.isAlive() && thread.getStackTrace().length == 0);
    }

    /** The suspects of a scope that belong to it, or to a scope inside it. */
    List<Survivor> survivors(CheckedScope scope) {
        return survivors(suspects(scope)).stream()
                .filter(survivor -> survivor.owner() != null && scope.isAround(survivor.owner()))
                .toList();
    }

    /** Live threads of the whole run that were not reported. */
    List<Thread> strays(List<String> ignored) {
        List<Thread> strays = LiveThreads.between(after, Long.MAX_VALUE, ignored);
        strays.removeIf(thread -> reported.contains(thread.getId()));
        return strays;
    }

    /** Those that still live and that no static initializer started. */
    List<Survivor> survivors(List<Thread> suspects) {
        Map<Long, Birth> known = births == null || suspects.isEmpty() ? Map.of() : births.of(suspects);
        List<Survivor> survivors = new ArrayList<>();
        for (Thread thread : suspects) {
            List<StackTraceElement> stack = List.of(thread.getStackTrace());
            Survivor survivor = new Survivor(thread, stack, known.get(thread.getId()), owner(thread, known));
            if (!stack.isEmpty() && thread.isAlive() && !survivor.isOfStaticInitializer()) {
                survivors.add(survivor);
            }
        }
        return survivors;
    }

    private @Nullable CheckedScope owner(Thread thread, Map<Long, Birth> known) {
        Birth birth = known.get(thread.getId());
        if (birth == null) {
            CheckedScope only = innermost(thread.getId(), null);
            return only == null || only.isOverlapped() ? null : only;
        }
        for (int generation = 0; birth != null && generation < MOST_GENERATIONS; generation++) {
            CheckedScope scope = innermost(birth.id(), birth.parentId());
            if (scope != null || runners.contains(birth.parentId())) {
                return scope;
            }
            birth = known.get(birth.parentId());
        }
        return null;
    }

    private @Nullable CheckedScope innermost(long threadId, @Nullable Long runner) {
        CheckedScope found = null;
        for (Iterable<CheckedScope> scopes : List.of(open, outlived)) {
            for (CheckedScope scope : scopes) {
                boolean covers = scope.covers(threadId) && (runner == null || scope.runner() == runner);
                if (covers && (found == null || scope.begin() > found.begin())) {
                    found = scope;
                }
            }
        }
        return found;
    }

    @Override
    public void close() {
        if (births != null) {
            births.close();
        }
    }
}
