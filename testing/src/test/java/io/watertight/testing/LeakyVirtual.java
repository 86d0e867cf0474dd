package io.watertight.testing;

import static io.watertight.testing.LeakyGround.here;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Tests with virtual threads, on JDKs that have them. */
final class LeakyVirtual {
    private static volatile CountDownLatch end = new CountDownLatch(1);

    private LeakyVirtual() {}

    static void tidyUp() {
        end.countDown();
        end = new CountDownLatch(1);
    }

    private static Thread start(Runnable task) throws ReflectiveOperationException {
        return (Thread)
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
    }

    @NoLeaks
    static class Virtual {
        @Test
        void leaves() throws Exception {
            CountDownLatch latch = end;
            CountDownLatch started = new CountDownLatch(1);
            start(here(() -> {
                started.countDown();
                LeakyGround.await(latch);
            }));
            started.await();
        }

        @Test
        void leavesNothing() throws Exception {
            start(() -> {}).join();
        }
    }
}
