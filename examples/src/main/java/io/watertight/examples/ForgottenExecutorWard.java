package io.watertight.examples;

import io.watertight.concurrency.CancellableExecutor;
import io.watertight.concurrency.ExecutorBuilder;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** An executor made for one piece of work, and dropped after it. */
final class ForgottenExecutorWard implements Ward {
    private static final int THREADS = 4;
    private static final String JDK = "clinic-dropped";
    private static final String OURS = "clinic-import";

    @Override
    public String pattern() {
        return "executor dropped without shutdown";
    }

    @Override
    public String story() {
        return "A request makes an executor of four threads for its own work, and forgets it when it is done.";
    }

    @Override
    public String type() {
        return "import";
    }

    /** What is forgotten is the executor itself. */
    @Override
    public String reportedType() {
        return "executor";
    }

    /** The program: the same for both executors. */
    private static void work(ExecutorService executor) throws Exception {
        Future<?>[] parts = new Future<?>[THREADS];
        for (int i = 0; i < THREADS; i++) {
            parts[i] = executor.submit(() -> {});
        }
        for (Future<?> part : parts) {
            part.get();
        }
    }

    @Override
    public void leak(Room room) throws Exception {
        WeakReference<ExecutorService> pool = workAndForget(room);
        Patience.collect();
        room.see(
                threads(JDK) == THREADS && !pool.refersTo(null),
                "a thread pool of the JDK: " + threads(JDK) + " threads and the pool are left for ever");

        workAndForgetOurs(room);
        boolean ended = Patience.until(() -> threads(OURS) == 0 || Patience.collectOnce(), Patience.LONG);
        room.see(ended, "ours: " + threads(OURS) + " threads are left");
    }

    private static WeakReference<ExecutorService> workAndForget(Room room) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS, task -> new Thread(task, JDK));
        WeakReference<ExecutorService> forgotten = new WeakReference<>(pool);
        room.afterwards(() -> {
            ExecutorService present = forgotten.get();
            if (present != null) {
                present.shutdownNow();
            }
            Patience.until(() -> threads(JDK) == 0, Patience.LONG);
        });
        work(pool);
        return forgotten;
    }

    private static void workAndForgetOurs(Room room) throws Exception {
        ExecutorBuilder builder = describe();
        CancellableExecutor executor = room.here(builder).build();
        work(executor);
    }

    @Override
    public void fix(Room room) throws Exception {
        try (CancellableExecutor executor = describe().build()) {
            work(executor);
        }
        boolean ended = Patience.until(() -> threads(OURS) == 0, Patience.LONG);
        room.see(!ended, "threads left after close: " + threads(OURS));
    }

    /** Threads that would stay for a day, if nothing ended them before. */
    private static ExecutorBuilder describe() {
        return CancellableExecutor.builder(OURS).threads(THREADS).queue(THREADS).keepAlive(Duration.ofDays(1));
    }

    /** Those that live, by their name. */
    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains(name))
                .count();
    }
}
