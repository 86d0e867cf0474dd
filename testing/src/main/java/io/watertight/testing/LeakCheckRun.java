package io.watertight.testing;

import io.watertight.guards.LeakReport;
import io.watertight.guards.LeakScope;
import io.watertight.guards.ScopeReach;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.Watertight;
import io.watertight.testing.ThreadBirths.Birth;
import io.watertight.testing.ThreadVerdict.Survivor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of tests: the scopes that are open, what was reported already, and, at the end, what belongs to no test. It is
 * closed with JUnit's root context, where an exception fails the run.
 */
// Both interfaces: JUnit closes the first until 5.12, the second from 5.13 on.
final class LeakCheckRun implements ExtensionContext.Store.CloseableResource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeakCheck.class);

    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final LeakCheckSettings settings;
    private final boolean wholeRun;
    private final LeakScope outside;
    private final long after = LiveThreads.newestId();
    private final @Nullable ThreadBirths births;
    private final OutstandingVerdict outstanding = new OutstandingVerdict();
    private final Set<CheckedScope> open = ConcurrentHashMap.newKeySet();
    /** Scopes that have ended while threads made in them lived on. */
    private final List<CheckedScope> outlived = new CopyOnWriteArrayList<>();

    private final List<CheckedScope> leaky = new CopyOnWriteArrayList<>();
    private final List<CheckedScope> waiting = new CopyOnWriteArrayList<>();
    private final Set<Long> reportedThreads = ConcurrentHashMap.newKeySet();
    private final ConcurrentMap<Thread, Instance> instances = new ConcurrentHashMap<>();

    /** The object of a test that was made and has not begun. */
    private record Instance(Class<?> type, CheckedScope scope) {}

    @SuppressWarnings("MustBeClosedChecker") // close() ends it
    LeakCheckRun(ExtensionContext root) {
        this.settings = LeakCheckSettings.ofRun(root);
        this.wholeRun = LeakCheckSettings.isAutodetected(root);
        boolean raise = wholeRun && settings.mode() != LeakMode.OFF;
        this.births = settings.threads() && settings.births() ? ThreadBirths.begin() : null;
        this.outside = Watertight.scope(
                "outside of all tests", ScopeReach.EVERYWHERE, raise ? settings.level() : TrackingLevel.OFF);
    }

    /** Begins a test or a class on the calling thread. */
    CheckedScope begin(String name, LeakCheckSettings itsSettings, @Nullable CheckedScope outer) {
        CheckedScope scope = new CheckedScope(name, itsSettings, outer);
        for (CheckedScope other : open) {
            if (!other.isAround(scope)) {
                other.overlap();
                scope.overlap();
            }
        }
        open.add(scope);
        return scope;
    }

    /** Begins the scope of a test whose object is about to be made, or goes on with that of the object around it. */
    void beginInstance(Class<?> type, String name, LeakCheckSettings itsSettings, @Nullable CheckedScope outer) {
        Thread here = Thread.currentThread();
        Instance before = instances.remove(here);
        if (before != null && before.type() == type.getEnclosingClass()) {
            instances.put(here, new Instance(type, before.scope()));
            return;
        }
        if (before != null) {
            abandon(before.scope());
        }
        instances.put(here, new Instance(type, begin(name, itsSettings, outer)));
    }

    /** The scope of the object of this class that was made last on this thread, if no test has taken it yet. */
    @Nullable
    CheckedScope takeInstance(Class<?> type) {
        Instance made = instances.remove(Thread.currentThread());
        if (made != null && made.type() != type) {
            abandon(made.scope());
            return null;
        }
        return made == null ? null : made.scope();
    }

    /** The test of this object never began: what its constructor left is shown at the end of the run. */
    private void abandon(CheckedScope scope) {
        scope.end();
        waiting.add(scope);
        open.remove(scope);
    }

    /**
     * Ends a scope and judges it: at once, or where its settings say so.
     *
     * @throws LeaksFoundError if it leaks and leaks fail tests
     */
    void end(CheckedScope scope) {
        scope.end();
        try {
            CheckedScope top = scope.outermost();
            if (scope.settings().per() == NoLeaks.Per.SUITE) {
                outlived.add(scope);
                waiting.add(scope);
            } else if (scope.settings().per() == NoLeaks.Per.CLASS && scope != top) {
                outlived.add(scope);
                top.judgeLater(scope);
            } else {
                judge(scope, top);
            }
        } finally {
            open.remove(scope);
        }
    }

    private void judge(CheckedScope scope, CheckedScope top) {
        GraceTime grace = new GraceTime(scope.settings().grace());
        Verdict verdict = new Verdict(scope.name());
        for (CheckedScope left : scope.waiting()) {
            verdict.add(left.expectations(), prefixed(left.name(), ResourceVerdict.on(left.resources(), grace)));
        }
        verdict.add(scope.expectations(), ResourceVerdict.on(scope.resources(), grace));
        if (!scope.isOverlapped()) {
            verdict.add(scope.expectations(), scope.outstanding().leaks(grace));
            outstanding.accept(scope.outstanding());
        }
        if (scope.settings().threads()) {
            boolean workersToo = scope == top || scope.expectations().nameExecutors();
            judgeThreads(scope, workersToo, grace, verdict);
        }
        scope.waiting().forEach(left -> verdict.addUnmet(left.expectations()));
        verdict.addUnmet(scope.expectations());
        outlived.removeAll(scope.waiting());
        if (!verdict.isClean()) {
            mentionOthers(verdict);
            leaky.add(scope);
        }
        deliver(verdict, scope.settings().mode());
    }

    /** What others left is shown as theirs: the reader may see it in a dump, and must not look for it here. */
    private void mentionOthers(Verdict verdict) {
        for (CheckedScope other : leaky) {
            for (LeakReport report : other.resources().stillOpen()) {
                verdict.mention(FoundLeak.of(report).text() + " in " + other.name());
            }
        }
    }

    private static List<FoundLeak> prefixed(String test, List<FoundLeak> leaks) {
        return leaks.stream()
                .map(leak -> new FoundLeak(leak.type(), test + ": " + leak.text(), leak.acquiredAt(), leak.marks()))
                .toList();
    }

    /**
     * Threads made in this scope; in the outermost one, also those of tests inside it that were left to it. Asking who
     * started a thread costs some ten milliseconds, so threads that are about to end are given a moment first; only those
     * of this scope are then waited for.
     */
    private void judgeThreads(CheckedScope scope, boolean workersToo, GraceTime grace, Verdict verdict) {
        if (suspects(scope).isEmpty()) {
            return;
        }
        grace.awaitAtMost(MOMENT_NANOS, () -> suspects(scope).isEmpty());
        List<Survivor> own = survivors(scope);
        List<Survivor> awaited = own.stream()
                .filter(survivor -> workersToo || !survivor.isPoolWorker())
                .toList();
        BooleanSupplier isNothingLeft =
                () -> awaited.stream().noneMatch(survivor -> survivor.thread().isAlive());
        if (awaited.stream().anyMatch(survivor -> LiveThreads.endsWhenCollected(survivor.thread()))) {
            grace.awaitAndCollect(isNothingLeft);
        } else {
            grace.await(isNothingLeft);
        }
        List<Survivor> mine = own.isEmpty() ? own : survivors(scope);
        boolean leftForLater = false;
        List<Survivor> judged = new ArrayList<>();
        for (Survivor survivor : mine) {
            if (survivor.isPoolWorker() && !workersToo) {
                leftForLater = true;
            } else if (reportedThreads.add(survivor.thread().getId())) {
                judged.add(survivor);
            }
        }
        if (leftForLater) {
            outlived.add(scope);
        }
        Map<CheckedScope, List<Survivor>> byOwner = new LinkedHashMap<>();
        judged.forEach(survivor -> byOwner.computeIfAbsent(survivor.owner(), owner -> new ArrayList<>())
                .add(survivor));
        byOwner.forEach((owner, its) -> {
            List<FoundLeak> leaks = ThreadVerdict.leaks(its);
            verdict.add(owner.expectations(), owner == scope ? leaks : prefixed(owner.name(), leaks));
        });
    }

    private List<Thread> suspects(CheckedScope scope) {
        List<Thread> suspects = scope.threadsMade();
        suspects.removeIf(thread -> reportedThreads.contains(thread.getId()));
        return suspects;
    }

    /** The suspects of a scope that are its own, or those of a scope inside it that has ended. */
    private List<Survivor> survivors(CheckedScope scope) {
        List<Thread> suspects = suspects(scope);
        Map<Long, Birth> known = births == null || suspects.isEmpty() ? Map.of() : births.of(suspects);
        List<Survivor> survivors = new ArrayList<>();
        for (Thread thread : suspects) {
            CheckedScope owner = owner(thread, known);
            List<StackTraceElement> stack = List.of(thread.getStackTrace());
            Survivor survivor = new Survivor(thread, stack, known.get(thread.getId()), owner);
            boolean its = owner != null && scope.isAround(owner);
            if (its && !stack.isEmpty() && thread.isAlive() && !survivor.isOfStaticInitializer()) {
                survivors.add(survivor);
            }
        }
        return survivors;
    }

    /** The innermost scope that a thread, or the ancestor that a test's own thread made, was made in; null if unknown. */
    private @Nullable CheckedScope owner(Thread thread, Map<Long, Birth> known) {
        Birth birth = known.get(thread.getId());
        if (birth == null) {
            CheckedScope only = innermost(thread.getId(), null);
            return only == null || only.isOverlapped() ? null : only;
        }
        for (int generation = 0; birth != null && generation < 1_000; generation++) {
            CheckedScope scope = innermost(birth.id(), birth.parentId());
            if (scope != null) {
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
                boolean covers = scope.covers(threadId) && (runner == null || scope.isRunBy(runner));
                if (covers && (found == null || scope.begin() > found.begin())) {
                    found = scope;
                }
            }
        }
        return found;
    }

    private void deliver(Verdict verdict, LeakMode mode) {
        if (verdict.isClean() || mode == LeakMode.OFF) {
            return;
        }
        if (mode == LeakMode.FAIL) {
            throw verdict.error();
        }
        LOG.warn("{}", verdict.message());
    }

    /** The end of all tests: what was left to it, and what belongs to no test. */
    @Override
    public void close() {
        try {
            GraceTime grace = new GraceTime(settings.grace());
            judgeWaiting(grace);
            if (wholeRun && settings.mode() != LeakMode.OFF) {
                judgeTheRest(grace);
            }
        } finally {
            outside.end();
            if (births != null) {
                births.close();
            }
        }
    }

    private void judgeWaiting(GraceTime grace) {
        Verdict verdict = new Verdict("the run");
        LeakMode mode = LeakMode.OFF;
        for (CheckedScope left : waiting) {
            verdict.add(left.expectations(), prefixed(left.name(), ResourceVerdict.on(left.resources(), grace)));
            mode = mode.compareTo(left.settings().mode()) < 0 ? left.settings().mode() : mode;
        }
        for (CheckedScope left : waiting) {
            if (left.settings().threads()) {
                judgeThreads(left, true, grace, verdict);
            }
        }
        waiting.forEach(left -> verdict.addUnmet(left.expectations()));
        deliver(verdict, mode);
    }

    private void judgeTheRest(GraceTime grace) {
        Verdict verdict = new Verdict("the run, outside of all tests,");
        verdict.add(LeakExpectations.NONE, ResourceVerdict.on(outside, grace));
        verdict.add(LeakExpectations.NONE, outstanding.leaks(grace));
        if (settings.threads()) {
            grace.await(() -> strays().isEmpty());
            List<Thread> strays = strays();
            Map<Long, Birth> known = births == null || strays.isEmpty() ? Map.of() : births.of(strays);
            List<Survivor> survivors = strays.stream()
                    .map(thread ->
                            new Survivor(thread, List.of(thread.getStackTrace()), known.get(thread.getId()), null))
                    .filter(survivor -> !survivor.stack().isEmpty() && !survivor.isOfStaticInitializer())
                    .toList();
            verdict.add(LeakExpectations.NONE, ThreadVerdict.leaks(survivors));
        }
        deliver(verdict, settings.mode());
    }

    /** Threads that were made during this run, still live, and were not reported. */
    private List<Thread> strays() {
        List<Thread> strays = LiveThreads.between(after, Long.MAX_VALUE, settings.ignoredThreads());
        strays.removeIf(thread -> reportedThreads.contains(thread.getId()));
        return strays;
    }
}
