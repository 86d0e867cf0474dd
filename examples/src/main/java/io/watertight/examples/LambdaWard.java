package io.watertight.examples;

import io.watertight.guards.DirectMemory;
import io.watertight.guards.Evidence;
import io.watertight.guards.LeakDetectorBuilder;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A task for later that needs a number, and holds the large buffer that the number came from. */
final class LambdaWard implements Ward {
    private static final int BYTES = 16 << 20;

    @Override
    public String pattern() {
        return "lambda keeps a large object";
    }

    @Override
    public String story() {
        return "A task that is due in an hour captures a large buffer, of which it needs only the size.";
    }

    @Override
    public String type() {
        return "upload buffer";
    }

    @Override
    public String evidence() {
        return Evidence.OVERDUE.name();
    }

    @Override
    public LeakDetectorBuilder settings(LeakDetectorBuilder detector, Duration limit) {
        return detector.overdueAfter(limit);
    }

    @Override
    public boolean confirms(Finding finding) {
        return finding.bytes() == BYTES;
    }

    @Override
    public void leak(Room room) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        room.afterwards(timer::shutdownNow);
        see(room, uploadAndCapture(room, timer));
    }

    @SuppressWarnings("MustBeClosedChecker") // the leak
    private static WeakReference<DirectMemory> uploadAndCapture(Room room, ScheduledExecutorService timer) {
        DirectMemory buffer = DirectMemory.allocate(room.here(), BYTES);
        ScheduledFuture<?> unused = timer.schedule(() -> logSize(buffer.get().capacity()), 1, TimeUnit.HOURS);
        return room.forgotten(buffer);
    }

    @Override
    public void fix(Room room) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        room.afterwards(timer::shutdownNow);
        see(room, upload(room, timer));
    }

    private static WeakReference<DirectMemory> upload(Room room, ScheduledExecutorService timer) {
        try (DirectMemory buffer = DirectMemory.allocate(room.here(), BYTES)) {
            int size = buffer.get().capacity();
            ScheduledFuture<?> unused = timer.schedule(() -> logSize(size), 1, TimeUnit.HOURS);
            return new WeakReference<>(buffer);
        }
    }

    private static void logSize(int bytes) {
        System.Logger log = System.getLogger(LambdaWard.class.getName());
        log.log(System.Logger.Level.DEBUG, "uploaded {0} bytes an hour ago", bytes);
    }

    private static void see(Room room, WeakReference<DirectMemory> forgotten) {
        Patience.collect();
        boolean there = !forgotten.refersTo(null);
        room.see(there, "after a collection the buffer is " + (there ? "still there" : "gone"));
    }
}
