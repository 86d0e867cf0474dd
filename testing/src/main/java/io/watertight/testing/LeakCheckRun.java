package io.watertight.testing;

import io.watertight.guards.LeakReport;
import io.watertight.guards.LeakScope;
import io.watertight.guards.ScopeReach;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.Watertight;
import io.watertight.testing.ThreadVerdict.Survivor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final ThreadSearch threads;
    private final OutstandingVerdict outstanding = new OutstandingVerdict();
    private final List<CheckedScope> leaky = new CopyOnWriteArrayList<>();
    private final List<CheckedScope> waiting = new CopyOnWriteArrayList<>();
    private final ConcurrentMap<Thread, Instance> instances = new ConcurrentHashMap<>();

    /** The object of a test that was made and has not begun. */
    private record Instance(Class<?> type, CheckedScope scope) {}

    @SuppressWarnings("MustBeClosedChecker") // close() ends it
    LeakCheckRun(ExtensionContext root) {
        this.settings = LeakCheckSettings.ofRun(root);
        this.wholeRun = LeakCheckSettings.isAutodetected(root);
        boolean raise = wholeRun && settings.mode() != LeakMode.OFF;
        this.threads = new ThreadSearch(settings.threads() && settings.births());
        this.outside = Watertight.scope(
                "outside of all tests", ScopeReach.EVERYWHERE, raise ? settings.level() : TrackingLevel.OFF);
    }

    /** Begins a test or a class on the calling thread. */
    CheckedScope begin(String name, LeakCheckSettings itsSettings, @Nullable CheckedScope outer) {
        CheckedScope scope = new CheckedScope(name, itsSettings, outer);
        threads.opened(scope);
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
        threads.ended(scope);
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
                threads.outlived(scope);
                waiting.add(scope);
            } else if (scope.settings().per() == NoLeaks.Per.CLASS && scope != top) {
                threads.outlived(scope);
                top.judgeLater(scope);
            } else {
                judge(scope, top);
            }
        } finally {
            threads.ended(scope);
        }
    }

    private void judge(CheckedScope scope, CheckedScope top) {
        GraceTime grace = new GraceTime(scope.settings().grace());
        Verdict verdict = new Verdict(scope.name());
        for (CheckedScope left : scope.waiting()) {
            verdict.add(
                    left.expectations(),
                    prefixed(left.name(), ResourceVerdict.on(left.resources(), left.place(), grace)));
        }
        verdict.add(scope.expectations(), ResourceVerdict.on(scope.resources(), scope.place(), grace));
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
        threads.forget(scope.waiting());
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
                verdict.mention(FoundLeak.of(report, other.place()).text() + " in " + other.name());
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
        grace.awaitAtMost(MOMENT_NANOS, () -> threads.suspects(scope).isEmpty());
        List<Survivor> suspects = threads.survivors(scope);
        if (suspects.isEmpty()) {
            return;
        }
        List<Thread> awaited = suspects.stream()
                .filter(survivor -> workersToo || !survivor.isPoolWorker())
                .map(Survivor::thread)
                .toList();
        BooleanSupplier isNothingLeft = () -> awaited.stream().noneMatch(Thread::isAlive);
        if (awaited.stream().anyMatch(LiveThreads::endsWhenCollected)) {
            grace.awaitAndCollect(isNothingLeft);
        } else {
            grace.await(isNothingLeft);
        }
        Map<CheckedScope, List<Survivor>> byOwner = new LinkedHashMap<>();
        boolean leftForLater = false;
        for (Survivor survivor : threads.survivors(scope)) {
            if (survivor.isPoolWorker() && !workersToo) {
                leftForLater = true;
            } else if (threads.reportOnce(survivor.thread())) {
                byOwner.computeIfAbsent(survivor.owner(), owner -> new ArrayList<>())
                        .add(survivor);
            }
        }
        if (leftForLater) {
            threads.outlived(scope);
        }
        byOwner.forEach((owner, its) -> {
            List<FoundLeak> leaks = ThreadVerdict.leaks(its);
            verdict.add(owner.expectations(), owner == scope ? leaks : prefixed(owner.name(), leaks));
        });
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
            threads.close();
        }
    }

    private void judgeWaiting(GraceTime grace) {
        Verdict verdict = new Verdict("the run");
        LeakMode mode = LeakMode.OFF;
        for (CheckedScope left : waiting) {
            verdict.add(
                    left.expectations(),
                    prefixed(left.name(), ResourceVerdict.on(left.resources(), left.place(), grace)));
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
        verdict.add(LeakExpectations.NONE, ResourceVerdict.on(outside, TestPlace.unknown("the run"), grace));
        verdict.add(LeakExpectations.NONE, outstanding.leaks(grace));
        if (settings.threads()) {
            grace.await(() -> threads.strays(settings.ignoredThreads()).isEmpty());
            List<Thread> strays = threads.strays(settings.ignoredThreads());
            verdict.add(LeakExpectations.NONE, ThreadVerdict.leaks(threads.survivors(strays)));
        }
        deliver(verdict, settings.mode());
    }
}
