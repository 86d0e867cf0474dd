package io.watertight.guards;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Takes stacks, without the frames of this library. Keeps strings only: a class or a throwable would pin its loader. */
final class StackCapture {
    private static final int KEY_FRAMES = 3;
    private static final int EXEMPLAR_FRAMES = 24;
    private static final StackWalker WALKER = StackWalker.getInstance();
    private static final Set<String> OWN = Stream.of(
                    BoundThreadLocal.class,
                    Closer.class,
                    DirectMemory.class,
                    FailedOpen.class,
                    Guard.class,
                    Guarded.class,
                    GuardedBodyHandlers.class,
                    GuardedFileChannel.class,
                    GuardedInputStream.class,
                    GuardedOutputStream.class,
                    GuardedProxy.class,
                    LeakDetector.class,
                    LeakRegistry.class,
                    NativeMemory.class,
                    RecordTable.class,
                    RegistryBooks.class,
                    Site.class,
                    SiteSampler.class,
                    SiteTable.class,
                    SlowPath.class,
                    StackCapture.class,
                    Subscriptions.class,
                    Tracker.class)
            .map(Class::getName)
            .collect(Collectors.toUnmodifiableSet());

    /** The classes of other modules that acquire on behalf of their callers, by name: they are not on this module's path. */
    private static final Set<String> FRONT_DOORS = Set.of(
            "io.watertight.caches.AbandonedValue",
            "io.watertight.caches.BoundedCaffeineMap",
            "io.watertight.caches.BoundedLeasedCache",
            "io.watertight.caches.BoundedMap",
            "io.watertight.caches.HeldMap",
            "io.watertight.caches.LeasedCache",
            "io.watertight.caches.LeasedCacheBuilder",
            "io.watertight.caches.LeasedCore",
            "io.watertight.caches.OpenValues",
            "io.watertight.caches.ScopedMappings",
            "io.watertight.caches.WatchedHashMap",
            "io.watertight.caches.WatchedMap",
            "io.watertight.concurrency.CancellableExecutor",
            "io.watertight.concurrency.ChannelBuilder",
            "io.watertight.concurrency.ExecutorBuilder",
            "io.watertight.concurrency.ExecutorMonitor",
            "io.watertight.concurrency.Receiver",
            "io.watertight.concurrency.Sender",
            "io.watertight.concurrency.TaskExecutor",
            "io.watertight.concurrency.TaskScope",
            "io.watertight.concurrency.TaskScopeBuilder",
            "io.watertight.concurrency.Timers",
            "io.watertight.concurrency.TimersBuilder",
            "io.watertight.concurrency.WheelTimers",
            "io.watertight.pools.AsyncWaiter",
            "io.watertight.pools.BoundedPool",
            "io.watertight.pools.BufferCore",
            "io.watertight.pools.BufferPool",
            "io.watertight.pools.BufferPoolBuilder",
            "io.watertight.pools.BumpArena",
            "io.watertight.pools.BumpArenaBuilder",
            "io.watertight.pools.Pool",
            "io.watertight.pools.PoolBuilder",
            "io.watertight.pools.PooledBuffer",
            "io.watertight.pools.Tracking");

    private StackCapture() {}

    /** The first frames outside this library: what makes two acquisitions the same site. Costs about 2 microseconds. */
    static List<StackTraceElement> key() {
        return WALKER.walk(frames -> frames.filter(frame -> !isOwn(frame.getClassName()))
                .limit(KEY_FRAMES)
                .map(StackWalker.StackFrame::toStackTraceElement)
                .toList());
    }

    /** The stack of the caller. */
    static List<StackTraceElement> trace() {
        return trim(new Throwable());
    }

    /** Decodes a throwable's stack and keeps the part outside this library. */
    static List<StackTraceElement> trim(Throwable throwable) {
        return Stream.of(throwable.getStackTrace())
                .dropWhile(frame -> isOwn(frame.getClassName()))
                .limit(EXEMPLAR_FRAMES)
                .toList();
    }

    /** Class, method, file and line of a frame, without its module. */
    static String label(List<StackTraceElement> frames) {
        if (frames.isEmpty()) {
            return "(unknown)";
        }
        StackTraceElement frame = frames.get(0);
        return frame.getClassName() + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
                + frame.getLineNumber() + ")";
    }

    private static boolean isOwn(String className) {
        int nested = className.indexOf('$');
        String outermost = nested < 0 ? className : className.substring(0, nested);
        return OWN.contains(outermost)
                || FRONT_DOORS.contains(outermost)
                || (className.startsWith("io.watertight.") && className.contains(".internal."));
    }
}
