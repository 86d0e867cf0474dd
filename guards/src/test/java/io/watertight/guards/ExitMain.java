package io.watertight.guards;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Leaks resources, and exits. {@code running}: waits for the report, then returns. {@code return}, {@code exit}: the
 * collector runs only in a shutdown hook; the hook waits until the library has found the leaks, and gives it every
 * occasion to report them.
 */
public final class ExitMain {
    private static final int LEAKS = 10;
    private static final Site SITE = LeakDetector.of("forgotten").site("ExitMain");

    private ExitMain() {}

    /** Runs one mode; see above. */
    public static void main(String[] arguments) throws InterruptedException {
        CountDownLatch reported = new CountDownLatch(1);
        Lease<LeakListener> listener = Watertight.onLeak(report -> {
            System.out.println("listener: " + report.evidence());
            reported.countDown();
        });
        leak();
        if (arguments[0].equals("running")) {
            GcBarrier.await();
            require(reported.await(30, TimeUnit.SECONDS));
        } else {
            Runtime.getRuntime().addShutdownHook(new Thread(ExitMain::collect));
        }
        require(listener.isOpen());
        if (arguments[0].equals("exit")) {
            System.exit(0);
        }
    }

    /** Its own method, so that no frame keeps what it drops. */
    private static void leak() {
        for (int i = 0; i < LEAKS; i++) {
            SITE.open(new AtomicInteger(), AtomicInteger::incrementAndGet);
        }
    }

    private static void collect() {
        GcBarrier.await();
        await(() -> SITE.stats().leaked() == LEAKS);
        Watertight.pump();
        System.out.println("found=" + SITE.stats().leaked());
    }

    private static void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            require(System.nanoTime() - start < Duration.ofSeconds(30).toNanos());
            Thread.onSpinWait();
        }
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new IllegalStateException("test program failed");
        }
    }
}
