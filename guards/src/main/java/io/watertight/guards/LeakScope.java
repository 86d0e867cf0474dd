package io.watertight.guards;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of work that must leave nothing open: whatever was opened in it and is still open when it closes is reported
 * as {@link Evidence#SCOPE_END}, without waiting for the garbage collector.
 *
 * <p>A scope is bound to the thread that opens it, and to other threads while they run a task {@linkplain
 * #wrap(Runnable) wrapped} by it. Scopes nest; a resource belongs to the innermost one. While any scope is open,
 * acquisitions take the slower path. Close it on the thread that opened it, which try-with-resources does.
 */
public final class LeakScope implements AutoCloseable {
    private final LeakRegistry registry;
    private final String name;
    private final @Nullable LeakScope outer;
    private final Thread opener = Thread.currentThread();
    private boolean closed;

    LeakScope(LeakRegistry registry, String name, @Nullable LeakScope outer) {
        this.registry = registry;
        this.name = name;
        this.outer = outer;
    }

    /**
     * Returns the name given at opening.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    @Nullable
    LeakScope outer() {
        return outer;
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
     * Ends this scope and reports what is still open in it.
     *
     * @throws IllegalStateException if another thread opened it, or a scope inside it is still open
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (Thread.currentThread() != opener || registry.scopes.current() != this) {
            throw new IllegalStateException("scope '" + name + "' must be closed by the thread that opened it ('"
                    + opener.getName() + "'), after all scopes inside it");
        }
        closed = true;
        registry.scopes.end(this);
        registry.forEachOpen(record -> {
            if (record instanceof DetailedRecord<?> detailed
                    && detailed.scope() == this
                    && (record.wordVolatile() & LeakRecord.PERMANENT) == 0
                    && record.isOpen()) {
                record.site().scopeEnd(record);
            }
        });
    }

    @Override
    public String toString() {
        return "LeakScope[" + name + (closed ? ", closed]" : "]");
    }
}
