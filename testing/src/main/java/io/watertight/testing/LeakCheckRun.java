package io.watertight.testing;

import io.watertight.guards.LeakReport;
import io.watertight.guards.LeakScope;
import io.watertight.guards.ScopeReach;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.Watertight;
import io.watertight.testing.MadeInstances.Instance;
import io.watertight.testing.ThreadVerdict.Workers;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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

    private final LeakCheckSettings settings;
    private final boolean wholeRun;
    private final LeakScope outside;
    private final ThreadSearch threads;
    private final VirtualThreadVerdict virtualThreads = new VirtualThreadVerdict();
    private final JdkWatch jdk = new JdkWatch();
    private final OutstandingVerdict outstanding = new OutstandingVerdict();
    private final List<CheckedScope> leaky = new CopyOnWriteArrayList<>();
    private final List<CheckedScope> waiting = new CopyOnWriteArrayList<>();
    private final MadeInstances instances = new MadeInstances();

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
    CheckedScope begin(TestPlace place, LeakCheckSettings itsSettings, @Nullable CheckedScope outer) {
        CheckedScope scope = scope(place, itsSettings, outer);
        threads.opened(scope);
        scope.beginBooks();
        return scope;
    }

    private CheckedScope scope(TestPlace place, LeakCheckSettings itsSettings, @Nullable CheckedScope outer) {
        CheckedScope scope = new CheckedScope(place, itsSettings, outer);
        if (itsSettings.jdkResources()) {
            jdk.begin(scope.resources());
        }
        return scope;
    }

    /**
     * Begins the scope of a test whose object is about to be made on the calling thread. An object that was made here
     * before, and that this one is no part of, was of a test that never began.
     */
    Instance beginInstance(
            Class<?> type, TestPlace place, LeakCheckSettings itsSettings, @Nullable CheckedScope outer) {
        Instance instance = instances.here();
        if (instance == null || !instance.goesOnWith(type)) {
            CheckedScope neverBegun = instances.take();
            if (neverBegun != null) {
                abandon(neverBegun);
            }
            CheckedScope scope = scope(place, itsSettings, outer);
            threads.made(scope);
            instance = new Instance(scope);
            instances.put(instance);
        }
        instance.make(type);
        return instance;
    }

    /** The scope of the object that was made last on this thread, now that its test or class is known. */
    @Nullable
    CheckedScope takeInstance(TestPlace place, LeakCheckSettings itsSettings, @Nullable CheckedScope outer) {
        CheckedScope scope = instances.take();
        if (scope != null) {
            scope.becomes(place, itsSettings, outer);
            threads.opened(scope);
            scope.beginBooks();
        }
        return scope;
    }

    /** Ends the scope of an object made for a test that did not begin: its class answers for it. */
    private void abandon(CheckedScope scope) {
        finish(scope);
        CheckedScope outer = scope.outer();
        judgeLater(scope, outer != null && scope.settings().per() == NoLeaks.Per.CLASS ? outer.outermost() : outer);
        threads.ended(scope);
    }

    private void finish(CheckedScope scope) {
        scope.close();
        jdk.end(scope.resources());
        if (scope.settings().threads()) {
            virtualThreads.ended(scope);
        }
    }

    /**
     * Ends a scope and judges it: at once, or where its settings say so.
     *
     * @throws LeaksFoundError if it leaks and leaks fail tests
     */
    void end(CheckedScope scope) {
        boolean interrupted = Thread.interrupted(); // by the test: it must not cut short what follows
        try {
            instances.takeInside(scope).forEach(this::abandon);
            finish(scope);
            CheckedScope top = scope.outermost();
            NoLeaks.Per per = scope.settings().per();
            if (per == NoLeaks.Per.SUITE || (per == NoLeaks.Per.CLASS && scope != top)) {
                judgeLater(scope, top);
            } else {
                judge(scope, top);
            }
        } finally {
            threads.ended(scope);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** With the scope around, or, as its settings say or where there is none, at the end of the run. */
    private void judgeLater(CheckedScope ended, @Nullable CheckedScope around) {
        threads.outlived(ended);
        if (around == null || ended.settings().per() == NoLeaks.Per.SUITE) {
            waiting.add(ended);
        } else {
            around.judgeLater(ended);
        }
    }

    private void judge(CheckedScope scope, CheckedScope top) {
        GraceTime grace = new GraceTime(scope.settings().grace());
        Verdict verdict = new Verdict(scope.name());
        for (CheckedScope left : scope.waiting()) {
            verdict.add(
                    left.expectations(), FoundLeak.of(left, ResourceVerdict.on(left.resources(), left.place(), grace)));
        }
        verdict.add(scope.expectations(), ResourceVerdict.on(scope.resources(), scope.place(), grace));
        verdict.add(scope.expectations(), jdk.buffersLeft(scope.resources()));
        if (!scope.isOverlapped()) {
            List<FoundLeak> missing = scope.outstanding().leaks(grace);
            verdict.add(scope.expectations(), missing);
            acceptMissing(missing, scope);
        }
        if (scope.settings().threads()) {
            boolean now = scope == top || scope.expectations().nameExecutors();
            ThreadVerdict.on(scope, workers(scope, now), threads, grace, verdict);
        }
        scope.waiting().forEach(left -> verdict.addUnmet(left.expectations()));
        verdict.addUnmet(scope.expectations());
        if (scope == top) {
            threads.forgetInside(scope);
        }
        if (!verdict.isClean()) {
            mentionOthers(verdict);
            leaky.add(scope);
        }
        deliver(verdict, scope.settings().mode());
    }

    /** What was reported of the books is not missed again by those around. */
    private void acceptMissing(List<FoundLeak> missing, CheckedScope scope) {
        if (!missing.isEmpty()) {
            for (CheckedScope around = scope.outer(); around != null; around = around.outer()) {
                around.outstanding().accept(scope.outstanding());
            }
            outstanding.accept(scope.outstanding());
        }
    }

    private Workers workers(CheckedScope scope, boolean now) {
        if (scope.settings().jdkResources() && jdk.isActive()) {
            return Workers.NEVER;
        }
        return now ? Workers.NOW : Workers.LATER;
    }

    /** What others left is shown as theirs: the reader may see it in a dump, and must not look for it here. */
    private void mentionOthers(Verdict verdict) {
        for (CheckedScope other : leaky) {
            for (LeakReport report : other.resources().stillOpen()) {
                verdict.mention(FoundLeak.of(report, other.place()).text() + " in " + other.name());
            }
        }
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
            instances.takeInside(null).forEach(this::abandon);
            GraceTime grace = new GraceTime(settings.grace());
            throwAll(
                    () -> judgeWaiting(grace, LeakMode.WARN),
                    () -> judgeWaiting(grace, LeakMode.FAIL),
                    () -> judgeVirtualThreads(grace),
                    () -> judgeTheRest(grace));
        } finally {
            outside.end();
            threads.close();
            jdk.close();
        }
    }

    /** One verdict does not hide the next. */
    private static void throwAll(Runnable... verdicts) {
        LeaksFoundError first = null;
        for (Runnable verdict : verdicts) {
            try {
                verdict.run();
            } catch (LeaksFoundError leaks) {
                if (first == null) {
                    first = leaks;
                } else {
                    first.addSuppressed(leaks);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private void judgeWaiting(GraceTime grace, LeakMode mode) {
        List<CheckedScope> its =
                waiting.stream().filter(left -> left.settings().mode() == mode).toList();
        if (its.isEmpty()) {
            return;
        }
        Verdict verdict = new Verdict("the run");
        for (CheckedScope left : its) {
            verdict.add(
                    left.expectations(), FoundLeak.of(left, ResourceVerdict.on(left.resources(), left.place(), grace)));
        }
        if (!wholeRun) { // else they are judged with the rest
            verdict.add(LeakExpectations.NONE, outstanding.leaks(grace));
        }
        for (CheckedScope left : its) {
            if (left.settings().threads()) {
                ThreadVerdict.on(left, workers(left, true), threads, grace, verdict);
            }
        }
        its.forEach(left -> verdict.addUnmet(left.expectations()));
        deliver(verdict, mode);
    }

    private void judgeVirtualThreads(GraceTime grace) {
        if (settings.threads()) {
            Verdict verdict = new Verdict("the run");
            LeakMode ofTheRest = wholeRun ? settings.mode() : LeakMode.OFF;
            LeakMode mode = virtualThreads.on(verdict, ofTheRest, settings.ignoredThreads(), grace);
            deliver(verdict, mode);
        }
    }

    private void judgeTheRest(GraceTime grace) {
        if (!wholeRun || settings.mode() == LeakMode.OFF) {
            return;
        }
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
