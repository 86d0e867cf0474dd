package io.watertight.concurrency;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A scope whose children have no threads: actors run them. */
final class ScopeFixture {
    /** Far longer than anything here takes, and shorter than for ever: so that who is not woken is found. */
    static final Duration BOUND = Duration.ofSeconds(20);

    private static final MethodHandle FINISH;

    static {
        try {
            FINISH = MethodHandles.privateLookupIn(ScopeCore.class, MethodHandles.lookup())
                    .findVirtual(ScopeCore.class, "finish", MethodType.methodType(Throwable.class));
        } catch (ReflectiveOperationException failure) {
            throw new ExceptionInInitializerError(failure);
        }
    }

    /** What children make, and scopes own. */
    static final class Resource implements AutoCloseable {
        final String name;
        final AtomicInteger closes = new AtomicInteger();
        boolean made;

        Resource(String name) {
            this.name = name;
        }

        Resource make() {
            made = true;
            return this;
        }

        @Override
        public void close() {
            closes.incrementAndGet();
        }
    }

    /** What children fail with: light, and of one state only, for others are suppressed in it. */
    static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failure(String message) {
            super(message, null, true, false);
        }
    }

    final ScopeCore<Object> core;
    final AtomicInteger runs = new AtomicInteger();
    private final Deque<Runnable> started = new ArrayDeque<>(2);
    private @Nullable Throwable dawdled;

    ScopeFixture(JoinPolicy<Object, ?> policy) {
        this.core = new ScopeCore<>(new ScopeSettings<>(
                "jcstress",
                policy,
                Deadline.after(BOUND),
                CancelToken.never(),
                this::thread,
                false,
                Integer.MAX_VALUE,
                ScopeFixture::dispose));
    }

    private static void dispose(Object result) {
        if (result instanceof Resource resource) {
            resource.close();
        }
    }

    private Thread thread(String name, Runnable body) {
        return new Thread(name) {
            @Override
            public void start() {
                synchronized (started) {
                    started.add(body);
                }
            }
        };
    }

    /** What the thread of the next child does that was forked; nothing if there is none. */
    Runnable nextThread() {
        synchronized (started) {
            Runnable body = started.poll();
            return body == null ? () -> {} : body;
        }
    }

    void runChild() {
        nextThread().run();
    }

    TaskRecord<Object> fork(Callable<?> work) {
        return core.fork(work);
    }

    /** Forks a child, and returns what its thread does. */
    Runnable child(Callable<?> work) {
        core.fork(work);
        return nextThread();
    }

    Object join() {
        try {
            return core.join();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Disposes what nobody got, and closes what the scope owns. */
    void finish() {
        try {
            Throwable ignored = (Throwable) FINISH.invokeExact(core);
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    /** What became of a child. */
    static String end(@Nullable TaskRecord<?> task) {
        if (task == null) {
            return "refused";
        }
        if (task.stateVolatile() == TaskRecord.NEW) {
            return "new";
        }
        return !task.isTerminated() ? "going on" : task.isCancelled() ? "cancelled" : "done";
    }

    /** Lets as much time pass as a fork takes. */
    void dawdleLong() {
        for (int i = 0; i < 8; i++) {
            dawdle();
        }
    }

    /** Lets time pass between two steps. */
    void dawdle() {
        dawdled = new Throwable();
    }
}
