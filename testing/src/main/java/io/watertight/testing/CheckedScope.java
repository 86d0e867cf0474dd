package io.watertight.testing;

import io.watertight.guards.LeakScope;
import io.watertight.guards.ScopeReach;
import io.watertight.guards.Watertight;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A test or a class of tests while it is checked: what it opens, and which threads are made in it. */
final class CheckedScope {
    private final LeakScope resources;
    private final long runner = Thread.currentThread().getId();
    private final long after = LiveThreads.newestId();
    private final List<CheckedScope> waiting = new ArrayList<>();
    private OutstandingVerdict outstanding = new OutstandingVerdict();
    private TestPlace place;
    private LeakCheckSettings settings;
    private volatile @Nullable CheckedScope outer;
    private LeakExpectations expectations = LeakExpectations.NONE;
    private volatile long upTo = Long.MAX_VALUE;
    private volatile boolean overlapped;

    @SuppressWarnings("MustBeClosedChecker") // close() ends it
    CheckedScope(TestPlace place, LeakCheckSettings settings, @Nullable CheckedScope outer) {
        this.place = place;
        this.settings = settings;
        this.outer = outer;
        this.resources = Watertight.scope(place.name(), ScopeReach.STARTED_THREADS, settings.level());
    }

    /** A test's object, and before it those of the classes around, are made before the test is known. */
    void becomes(TestPlace test, LeakCheckSettings itsSettings, @Nullable CheckedScope around) {
        place = test;
        settings = itsSettings;
        outer = around;
    }

    CheckedScope announcing(LeakExpectations announced) {
        expectations = announced;
        return this;
    }

    /** What components have out now was out before. */
    void beginBooks() {
        outstanding = new OutstandingVerdict();
    }

    @Nullable
    CheckedScope outer() {
        return outer;
    }

    String name() {
        return place.name();
    }

    TestPlace place() {
        return place;
    }

    LeakCheckSettings settings() {
        return settings;
    }

    LeakExpectations expectations() {
        return expectations;
    }

    CheckedScope outermost() {
        CheckedScope at = this;
        for (CheckedScope next = at.outer; next != null; next = at.outer) {
            at = next;
        }
        return at;
    }

    LeakScope resources() {
        return resources;
    }

    /** What components that keep their own books had out when this scope began. */
    OutstandingVerdict outstanding() {
        return outstanding;
    }

    /** Whether another scope is this one or inside it. */
    boolean isAround(CheckedScope other) {
        for (CheckedScope at = other; at != null; at = at.outer) {
            if (at == this) {
                return true;
            }
        }
        return false;
    }

    /** Another test ran at the same time. */
    void overlap() {
        overlapped = true;
    }

    boolean isOverlapped() {
        return overlapped;
    }

    /** Nothing that is opened or started from now on belongs to it. */
    void close() {
        if (upTo == Long.MAX_VALUE) {
            upTo = LiveThreads.newestId();
            resources.end();
        }
    }

    /** The id of the thread that began it. */
    long runner() {
        return runner;
    }

    /** Whether a thread of this id was made while this scope was open. */
    boolean covers(long threadId) {
        return threadId > after && threadId <= upTo;
    }

    /** Where the scope begins, in ids of threads: of two scopes that cover one thread, the later one is the inner one. */
    long begin() {
        return after;
    }

    /** The end, likewise; the greatest number there is while the scope is open. */
    long end() {
        return upTo;
    }

    /** Live threads that were made while this scope was open, by whomever. */
    List<Thread> threadsMade() {
        return LiveThreads.between(after, upTo, settings.ignoredThreads());
    }

    /** Leaves the verdict on a scope that has ended to this one. */
    void judgeLater(CheckedScope ended) {
        synchronized (waiting) {
            waiting.add(ended);
        }
    }

    /** The scopes whose verdict was left to this one. */
    List<CheckedScope> waiting() {
        synchronized (waiting) {
            return List.copyOf(waiting);
        }
    }

    @Override
    public String toString() {
        return "CheckedScope[" + name() + "]";
    }
}
