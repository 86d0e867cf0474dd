package io.watertight.guards;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Closes handles whose cleanup takes a while, on two threads, while a third does nothing but collect garbage and look for
 * what was dropped. Whatever it finds was never dropped: every handle is closed. Prints {@code key=number} pairs.
 *
 * <p>Arguments: {@code guarded <closes>}, {@code unfenced <closes>} (ends at the first false report), {@code leaks
 * <count>}.
 */
public final class Hammer {
    private static final int CLOSERS = 2;
    private static final int GARBAGE_BYTES = 16 << 20;

    private final LeakRegistry registry =
            new LeakRegistry(Ticker.system(), false, SiteTable.DEFAULT_BOUND, Throwable::new);
    private final Site site =
            new LeakDetectorBuilder("hammered", registry).build().site("Hammer");
    private final AtomicLong reports = new AtomicLong();
    private volatile boolean stop;

    @SuppressWarnings("UnusedVariable") // written so that the allocation happens
    private byte[] garbage = new byte[0];

    private Hammer() {
        registry.reporter.addListener(report -> reports.addAndGet(report.count()));
    }

    /** Runs one mode; see above. */
    public static void main(String[] arguments) throws InterruptedException {
        Hammer hammer = new Hammer();
        long count = Long.parseLong(arguments[1]);
        switch (arguments[0]) {
            case "guarded" -> hammer.closeWhileCollecting(count, false);
            case "unfenced" -> hammer.closeWhileCollecting(count, true);
            case "leaks" -> hammer.leakAndFind(count);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        hammer.print();
    }

    private void print() {
        SiteStats stats = site.stats();
        System.out.printf(
                "reports=%d leaked=%d acquired=%d released=%d outstanding=%d cleanups=%d%n",
                reports.get(),
                stats.leaked(),
                stats.acquired(),
                stats.released(),
                stats.outstanding(),
                Work.RUNS.sum());
    }

    private void closeWhileCollecting(long closes, boolean unfenced) throws InterruptedException {
        List<Thread> closers = new ArrayList<>();
        for (int i = 0; i < CLOSERS; i++) {
            Thread closer = new Thread(() -> close(closes / CLOSERS, unfenced), "closer-" + i);
            closers.add(closer);
            closer.start();
        }
        while (closers.stream().anyMatch(Thread::isAlive)) {
            System.gc();
            registry.pump();
            makeGarbage();
            registry.pump();
            stop = unfenced && site.stats().leaked() > 0;
        }
        for (Thread closer : closers) {
            closer.join();
        }
        GcBarrier.await();
        registry.pump();
    }

    /** Forces young collections. */
    private void makeGarbage() {
        for (int bytes = 0; bytes < GARBAGE_BYTES; bytes += 4096) {
            garbage = new byte[4096];
        }
    }

    private void close(long closes, boolean unfenced) {
        for (long i = 0; i < closes && !stop; i++) {
            Work work = Work.ofRound(i);
            if (unfenced) {
                closeUnfenced(work);
            } else {
                closeGuarded(work);
            }
        }
    }

    private void closeGuarded(Work work) {
        site.open(work, Work::run).close();
    }

    private void closeUnfenced(Work work) {
        new UnfencedHandle(site, work).close();
    }

    private void leakAndFind(long count) {
        leak(count);
        GcBarrier.await();
        registry.pump();
    }

    private void leak(long count) {
        for (long i = 0; i < count; i++) {
            site.open(Work.SHORT, Work::run);
        }
    }

    /**
     * A cleanup that takes at least some time: mostly as little as a close takes, sometimes so much that a collector that
     * works beside the program can find a handle and hand it over meanwhile.
     */
    private enum Work implements Runnable {
        SHORT(1_000),
        LONG(50_000),
        VERY_LONG(100_000_000);

        private static final LongAdder RUNS = new LongAdder();
        private final long nanos;

        Work(long nanos) {
            this.nanos = nanos;
        }

        static Work ofRound(long round) {
            return round % 16_384 == 0 ? VERY_LONG : round % 64 == 0 ? LONG : SHORT;
        }

        @Override
        public void run() {
            long start = System.nanoTime();
            while (System.nanoTime() - start < nanos) {
                Thread.onSpinWait();
            }
            RUNS.increment();
        }
    }
}
