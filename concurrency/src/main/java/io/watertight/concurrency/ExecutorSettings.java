package io.watertight.concurrency;

import org.jspecify.annotations.Nullable;

/** What a builder said, checked and converted. */
record ExecutorSettings(
        String name,
        int threads,
        int queue,
        ThreadMaker maker,
        boolean provesLoss,
        SaturationPolicy saturation,
        long saturationNanos,
        long keepAliveNanos,
        int recycleAfter,
        boolean daemon,
        @Nullable ClassLoader contextClassLoader,
        long graceNanos,
        long cancelNanos,
        @Nullable WatchSettings watch) {

    /** What cancels those whose time is over. Tasks that were cancelled and run on have no timer any more. */
    TimerSettings deadlines() {
        return new TimerSettings(name + "-deadlines", Integer.MAX_VALUE, null, 2, TimerFailurePolicy.CANCEL, 0);
    }

    /** Makes a thread that inherits nothing. */
    Thread thread(int number, Runnable body) {
        String threadName = name + "-" + number;
        Thread thread = maker.unstarted(threadName, body);
        thread.setDaemon(daemon);
        thread.setContextClassLoader(contextClassLoader);
        return thread;
    }
}
