package io.watertight.examples;

import io.watertight.guards.BoundThreadLocal;
import io.watertight.guards.Guard;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A task that says on a pooled thread who its user is, and does not take it back. */
final class ThreadLocalWard implements Ward {
    private static final ThreadLocal<@Nullable String> PLAIN = new ThreadLocal<>();

    @Override
    public String pattern() {
        return "thread-local never cleared";
    }

    @Override
    public String story() {
        return "A task sets the current user on a pooled thread, and the next task runs as that user.";
    }

    @Override
    public String type() {
        return "current user";
    }

    @Override
    public void leak(Room room) throws Exception {
        run(room, ThreadLocalWard::serveAndForget);
    }

    @SuppressWarnings("MustBeClosedChecker") // the leak
    private static void serveAndForget(Room room, BoundThreadLocal<String> bound) {
        PLAIN.set("alice");
        Guard<String> binding = bound.bind(room.here("alice"));
        binding.check();
    }

    @Override
    public void fix(Room room) throws Exception {
        run(room, ThreadLocalWard::serve);
    }

    private static void serve(Room room, BoundThreadLocal<String> bound) {
        try (Guard<String> binding = bound.bind(room.here("alice"))) {
            PLAIN.set(binding.get());
        } finally {
            PLAIN.remove();
        }
    }

    private interface Task {
        void run(Room room, BoundThreadLocal<String> bound);
    }

    /** Runs a task, and then another one on the same thread. */
    private static void run(Room room, Task task) throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        room.afterwards(pool::shutdownNow);
        BoundThreadLocal<String> bound = new BoundThreadLocal<>(room.detector());
        pool.submit(() -> task.run(room, bound)).get();
        String plainLeft = pool.submit(PLAIN::get).get();
        String boundLeft = pool.submit(bound::get).get();
        room.see(plainLeft != null, "the next task finds in a plain ThreadLocal: " + plainLeft);
        room.see(boundLeft != null, "in a BoundThreadLocal: " + boundLeft);
    }
}
