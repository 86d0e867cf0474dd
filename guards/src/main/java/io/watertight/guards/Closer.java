package io.watertight.guards;

import com.google.errorprone.annotations.MustBeClosed;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Closes many resources as one: the last added first, every one of them, whatever the others throw.
 *
 * <p>The first failure is thrown, the later ones are suppressed in it. A closer that is dropped with resources in it is
 * reported. Thread-safe; no lock is held while resources are closed.
 */
public final class Closer implements AutoCloseable {
    private final Guard<Stack> guard;

    /**
     * Makes an empty closer.
     *
     * @param tracker where the closer is counted, as one resource
     */
    @MustBeClosed
    @SuppressWarnings("MustBeClosedChecker") // closed by close()
    public Closer(Tracker tracker) {
        this.guard = Objects.requireNonNull(tracker, "tracker").open(new Stack(), Stack::closeAll);
    }

    /** What was added, the last first. Not the closer itself, so that the guard does not reach its owner. */
    private static final class Stack {
        private final ReentrantLock lock = new ReentrantLock();
        private final ArrayDeque<Step> steps = new ArrayDeque<>();
        private boolean closed;

        boolean push(Step step) {
            lock.lock();
            try {
                if (!closed) {
                    steps.push(step);
                }
                return !closed;
            } finally {
                lock.unlock();
            }
        }

        ArrayDeque<Step> takeAll() {
            lock.lock();
            try {
                closed = true;
                ArrayDeque<Step> taken = new ArrayDeque<>(steps);
                steps.clear();
                return taken;
            } finally {
                lock.unlock();
            }
        }

        void closeAll() throws Exception {
            Throwable first = null;
            for (Step step : takeAll()) {
                try {
                    step.run();
                } catch (Throwable failure) {
                    if (first == null) {
                        first = failure;
                    } else if (first != failure) {
                        first.addSuppressed(failure);
                    }
                }
            }
            if (first instanceof Error error) {
                throw error;
            }
            if (first instanceof Exception exception) {
                throw exception;
            }
            if (first != null) {
                throw new UndeclaredThrowableException(first);
            }
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    /**
     * Adds a resource.
     *
     * @param resource what to close
     * @param <T> the resource
     * @return the resource
     * @throws IllegalStateException if this closer is closed; the resource is closed too
     */
    public <T extends AutoCloseable> T add(T resource) {
        return add(resource, AutoCloseable::close);
    }

    /**
     * Adds a resource with its own way to be released.
     *
     * @param resource what to release
     * @param action how
     * @param <T> the resource
     * @return the resource
     * @throws IllegalStateException if this closer is closed; the resource is released too
     */
    public <T> T add(T resource, CleanupAction<? super T> action) {
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(action, "action");
        try {
            if (!guard.get().push(() -> action.run(resource))) {
                throw new IllegalStateException("closer is closed; add resources before that");
            }
        } catch (Throwable failure) {
            throw FailedOpen.release(resource, action, failure);
        }
        return resource;
    }

    /**
     * Lets go of all resources without closing them: the caller keeps them. For code that acquires several resources and
     * hands them on only when all could be acquired.
     */
    public void keep() {
        guard.detach().takeAll();
    }

    /**
     * Closes all resources, the last added first.
     *
     * @throws CloseFailedException if one threw a checked exception; unchecked ones and errors pass as they are
     */
    @Override
    public void close() {
        guard.close();
    }

    @Override
    public String toString() {
        return "Closer[" + guard + "]";
    }
}
