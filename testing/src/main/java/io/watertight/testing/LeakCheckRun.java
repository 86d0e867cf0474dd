package io.watertight.testing;

import io.watertight.guards.LeakReport;
import io.watertight.guards.LeakScope;
import io.watertight.guards.ScopeReach;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.Watertight;
import io.watertight.testing.ThreadVerdict.Workers;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
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
    private final JdkWatch jdk = new JdkWatch();
    private final OutstandingVerdict outstanding = new OutstandingVerdict();
    private final List<CheckedScope> leaky = new CopyOnWriteArrayList<>();
    private final List<CheckedScope> waiting = new CopyOnWriteArrayList<>();
    /** Objects of tests that have not begun. */
    private final ConcurrentMap<Thread, TestObject> objects = new ConcurrentHashMap<>();

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
    TestObject beginInstance(
            Class<?> type, TestPlace place, LeakCheckSettings itsSettings, @Nullable CheckedScope outer) {
        Thread here = Thread.currentThread();
        TestObject object = objects.get(here);
        if (object == null || !object.goesOnWith(type)) {
            abandon(objects.remove(here));
            CheckedScope scope = scope(place, itsSettings, outer);
            threads.made(scope);
            object = new TestObject(scope);
            objects.put(here, object);
        }
        object.make(type);
        return object;
    }

    /** The scope of the object that was made last on this thread, now that its test or class is known. */
    @Nullable
    CheckedScope takeInstance(TestPlace place, LeakCheckSettings itsSettings, @Nullable CheckedScope outer) {
        TestObject object = objects.remove(Thread.currentThread());
        if (object == null) {
            return null;
        }
        CheckedScope scope = object.scope();
        scope.becomes(place, itsSettings, outer);
        threads.opened(scope);
        scope.beginBooks();
        return scope;
    }

    /** Ends the scope of an object made for a test that did not begin: its class answers for it. */
    private void abandon(@Nullable TestObject object) {
        if (object == null) {
            return;
        }
        CheckedScope scope = object.scope();
        scope.end();
        jdk.end(scope.resources());
        threads.outlived(scope);
        CheckedScope outer = scope.outer();
        if (outer == null) {
            waiting.add(scope);
        } else {
            outer.judgeLater(scope);
        }
        threads.ended(scope);
    }

    /** Objects of disabled tests are made on whatever thread was free. */
    private boolean isOfEndedClass(TestObject object, CheckedScope ended) {
        if (object.scope().outer() != ended) {
            return false;
        }
        abandon(object);
        return true;
    }

    /**
     * Ends a scope and judges it: at once, or where its settings say so.
     *
     * @throws LeaksFoundError if it leaks and leaks fail tests
     */
    void end(CheckedScope scope) {
        objects.values().removeIf(object -> isOfEndedClass(object, scope));
        scope.end();
        jdk.end(scope.resources());
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
                    left.expectations(), FoundLeak.of(left, ResourceVerdict.on(left.resources(), left.place(), grace)));
        }
        verdict.add(scope.expectations(), ResourceVerdict.on(scope.resources(), scope.place(), grace));
        verdict.add(scope.expectations(), jdk.buffersLeft(scope.resources()));
        if (!scope.isOverlapped()) {
            verdict.add(scope.expectations(), scope.outstanding().leaks(grace));
            outstanding.accept(scope.outstanding());
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
            objects.values().forEach(this::abandon);
            objects.clear();
            GraceTime grace = new GraceTime(settings.grace());
            judgeWaiting(grace);
            if (wholeRun && settings.mode() != LeakMode.OFF) {
                judgeTheRest(grace);
            }
        } finally {
            outside.end();
            threads.close();
            jdk.close();
        }
    }

    private void judgeWaiting(GraceTime grace) {
        Verdict verdict = new Verdict("the run");
        LeakMode mode = LeakMode.OFF;
        for (CheckedScope left : waiting) {
            verdict.add(
                    left.expectations(), FoundLeak.of(left, ResourceVerdict.on(left.resources(), left.place(), grace)));
            mode = mode.compareTo(left.settings().mode()) < 0 ? left.settings().mode() : mode;
        }
        for (CheckedScope left : waiting) {
            if (left.settings().threads()) {
                ThreadVerdict.on(left, workers(left, true), threads, grace, verdict);
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
