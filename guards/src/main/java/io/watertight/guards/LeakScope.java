package io.watertight.guards;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of work that must leave nothing open: whatever was opened in it and is still open when it closes is reported
 * as {@link Evidence#SCOPE_END}, without waiting for the garbage collector.
 *
 * <p>A scope is bound to the thread that opens it, to other threads while they run a task {@linkplain #wrap(Runnable)
 * wrapped} by it, and to more by its {@linkplain ScopeReach reach}. Scopes nest; a resource belongs to the innermost one.
 * While any scope is open, acquisitions take the slower path. Close it on the thread that opened it, which
 * try-with-resources does.
 */
public final class LeakScope implements AutoCloseable {
    /** Reports a scope makes or keeps; there may be more, which are counted at their sites as all are. */
    private static final int MOST_FINDINGS = 1_000;

    private final LeakRegistry registry;
    private final String name;
    private final ScopeReach reach;
    private final TrackingLevel atLeast;
    private final @Nullable LeakScope outer;
    private final @Nullable LeakScope inheritedBefore;
    private final Thread opener = Thread.currentThread();
    private final List<LeakReport> findings = new ArrayList<>();
    private volatile boolean used;
    private volatile boolean ended;

    /**
     * @param outer what the opening thread is bound to, or what reaches everywhere, until now
     * @param inheritedBefore what threads started by the opening thread would inherit until now
     */
    LeakScope(
            LeakRegistry registry,
            String name,
            ScopeReach reach,
            TrackingLevel atLeast,
            @Nullable LeakScope outer,
            @Nullable LeakScope inheritedBefore) {
        this.registry = registry;
        this.name = name;
        this.reach = reach;
        this.atLeast = atLeast;
        this.outer = outer;
        this.inheritedBefore = inheritedBefore;
    }

    /**
     * Returns the scope that the calling thread would open a resource in.
     *
     * @return the innermost scope; null if there is none
     */
    public static @Nullable LeakScope current() {
        return Watertight.REGISTRY.scopes.current();
    }

    /**
     * Returns the name given at opening.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    ScopeReach reach() {
        return reach;
    }

    /** What the level of a type becomes in this scope, unless it is higher by itself or off. */
    TrackingLevel raise(TrackingLevel level) {
        return level.compareTo(atLeast) < 0 ? atLeast : level;
    }

    Thread opener() {
        return opener;
    }

    @Nullable
    LeakScope inheritedBefore() {
        return inheritedBefore;
    }

    /**
     * Called on the scope that is bound: marks it and those around it as ended up to the given one, unless that is none of
     * them; returns the innermost that goes on, or null.
     */
    @Nullable
    LeakScope endUpTo(LeakScope last) {
        if (isInside(last)) {
            for (LeakScope at = this; at != null && at != last; at = at.outer) {
                at.ended = true;
            }
        }
        return innermostOpen(this);
    }

    /** The first that has not ended of a scope and those around it. */
    static @Nullable LeakScope innermostOpen(@Nullable LeakScope scope) {
        LeakScope at = scope;
        while (at != null && at.ended) {
            at = at.outer;
        }
        return at;
    }

    /** The first that has not ended and reaches started threads, of the scope a thread was started in and those around it. */
    static @Nullable LeakScope innermostInherited(@Nullable LeakScope startedIn) {
        LeakScope at = innermostOpen(startedIn);
        while (at != null && at.reach != ScopeReach.STARTED_THREADS) {
            at = innermostOpen(at.outer);
        }
        return at;
    }

    private boolean isInside(LeakScope other) {
        LeakScope at = this;
        while (at != null && at != other) {
            at = at.outer;
        }
        return at != null;
    }

    boolean isEnded() {
        return ended;
    }

    /**
     * Says whether anything was opened in this scope at all, tracked well enough to be found here.
     *
     * @return false if there is nothing to look for
     */
    public boolean isUsed() {
        return used;
    }

    /** Called before a record of this scope is linked. */
    void use() {
        if (!used) {
            used = true;
        }
    }

    /**
     * Lists what was opened in this scope and is open now.
     *
     * @return the open resources by type and site
     */
    public Outstanding outstanding() {
        return registry.outstanding(this);
    }

    /**
     * Lists what was opened in this scope, is open now and is not declared permanent, one by one. Nothing is counted or
     * logged. May be asked after the end as well.
     *
     * @return one report, of evidence {@link Evidence#SCOPE_END}, for each of the first 1,000; empty if nothing is open
     */
    public List<LeakReport> stillOpen() {
        if (!used) {
            return List.of();
        }
        List<LeakReport> open = new ArrayList<>();
        registry.forEachOpen(record -> {
            if (open.size() < MOST_FINDINGS && isLeft(record)) {
                open.add(LeakReports.ofOpen(record, registry));
            }
        });
        return open;
    }

    /**
     * Returns what was found of the resources opened in this scope: dropped ones, and those whose cleanup failed; each by
     * itself, before the rate limit of reports. Complete after {@link Watertight#pump()}; goes on after the end.
     *
     * @return the findings so far, oldest first, of the first 1,000
     */
    public List<LeakReport> findings() {
        synchronized (findings) {
            return List.copyOf(findings);
        }
    }

    void found(LeakReport report) {
        synchronized (findings) {
            if (findings.size() < MOST_FINDINGS) {
                findings.add(report);
            }
        }
    }

    /**
     * Makes a task run in this scope, on whatever thread.
     *
     * @param task the task
     * @return a task that binds this scope to its thread while it runs
     */
    public Runnable wrap(Runnable task) {
        Objects.requireNonNull(task, "task");
        return () -> {
            LeakScope before = registry.scopes.bind(this);
            try {
                task.run();
            } finally {
                registry.scopes.rebind(before);
            }
        };
    }

    /**
     * Ends this scope and reports what is still open in it. Has no effect if it has ended.
     *
     * @throws IllegalStateException if another thread opened it, or a scope inside it is still open
     */
    @Override
    public void close() {
        if (ended) {
            return;
        }
        if (Thread.currentThread() != opener || (reach != ScopeReach.EVERYWHERE && registry.scopes.current() != this)) {
            throw new IllegalStateException("scope '" + name + "' must be closed by the thread that opened it ('"
                    + opener.getName() + "'), after all scopes inside it");
        }
        end();
        registry.forEachOpen(record -> {
            if (isLeft(record)) {
                record.site().scopeEnd(record);
            }
        });
    }

    /**
     * Ends this scope, and scopes of its thread inside it that were not closed, without a report: for those who ask
     * {@link #stillOpen()} and report themselves. Has no effect if it has ended. Any thread may call this.
     */
    public void end() {
        if (ended) {
            return;
        }
        ended = true;
        registry.scopes.end(this);
    }

    private boolean isLeft(LeakRecord record) {
        return record instanceof DetailedRecord<?> detailed
                && detailed.scope() == this
                && (record.wordVolatile() & LeakRecord.PERMANENT) == 0
                && record.isOpen();
    }

    @Override
    public String toString() {
        return "LeakScope[" + name + (ended ? ", ended]" : "]");
    }
}
