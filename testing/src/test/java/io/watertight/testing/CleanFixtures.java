package io.watertight.testing;

import static io.watertight.testing.LeakyGround.DETECTOR;
import static io.watertight.testing.LeakyGround.here;
import static io.watertight.testing.LeakyGround.keep;
import static io.watertight.testing.LeakyGround.untilTheEnd;

import io.watertight.guards.Guard;
import io.watertight.guards.Outstanding;
import io.watertight.guards.OutstandingSource;
import io.watertight.guards.Watertight;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Tests that look as if they leaked, and do not; and beside them one that does. */
final class CleanFixtures {
    private CleanFixtures() {}

    /** Keeps an executor for the class that its tests make grow, and shuts it down in the end. */
    @NoLeaks
    static class GrowsAnExecutor {
        private static ExecutorService executor;

        @BeforeAll
        static void open() {
            executor = Executors.newFixedThreadPool(6); // which starts one more for each task
        }

        @RepeatedTest(3)
        void grows() throws Exception {
            executor.submit(() -> {}).get();
            executor.submit(() -> {}).get();
        }

        @AfterAll
        static void shutDown() {
            executor.shutdownNow();
        }
    }

    /** A resource and a thread that live as long as their class. */
    static final class Holder {
        static final Guard<Object> RESOURCE = DETECTOR.open(new Object(), ignored -> {});
        static final Thread THREAD = untilTheEnd("of-the-class");

        static {
            keep(RESOURCE);
            THREAD.start();
        }

        private Holder() {}

        static boolean isThere() {
            return RESOURCE.isOpen() && THREAD.isAlive();
        }
    }

    @NoLeaks
    static class TouchesAStaticInitialiser {
        @Test
        void touches() {
            if (!Holder.isThere()) {
                throw new AssertionError("fixture ran twice");
            }
        }
    }

    /** What is left ends only once somebody waits for it. */
    @NoLeaks
    static class EndsLate {
        @Test
        void closesLate() {
            Guard<Object> guard = DETECTOR.open(new Object(), ignored -> {});
            Thread tester = Thread.currentThread();
            new Thread(
                            () -> {
                                LeakyGround.awaitGraceTimeOf(tester);
                                guard.close();
                            },
                            "late-closer")
                    .start();
        }

        @Test
        void endsLate() {
            Thread tester = Thread.currentThread();
            new Thread(() -> LeakyGround.awaitGraceTimeOf(tester), "late-ender").start();
        }

        @Test
        void leavesItselfInterrupted() {
            closesLate();
            Thread.currentThread().interrupt();
        }
    }

    /** A thread of the class starts threads when a test asks for them, which go on until the class ends. */
    @NoLeaks
    static class AsksAServer {
        private static final BlockingQueue<CountDownLatch> REQUESTS = new LinkedBlockingQueue<>();
        private static volatile CountDownLatch end;
        private static Thread server;

        @BeforeAll
        static void startServer() {
            end = new CountDownLatch(1);
            server = new Thread(AsksAServer::serve, "server");
            server.start();
        }

        private static void serve() {
            try {
                while (true) {
                    CountDownLatch answer = REQUESTS.take();
                    new Thread(() -> LeakyGround.await(end), "connection").start();
                    answer.countDown();
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }

        @RepeatedTest(3)
        void asks() {
            CountDownLatch answer = new CountDownLatch(1);
            REQUESTS.add(answer);
            LeakyGround.await(answer);
        }

        @Test
        void asksAndLeavesItsOwn() {
            asks();
            here(untilTheEnd("of-the-test")).start();
        }

        @AfterAll
        static void stop() {
            server.interrupt();
            end.countDown();
        }
    }

    /** Many tests after one that leaks. */
    @NoLeaks
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class OneOfFifty {
        @Test
        @Order(1)
        void leaks() throws Exception {
            keep(here(DETECTOR).open(new Object(), ignored -> {}));
            untilTheEnd("one-of-fifty").start();
            untilTheEnd(Executors.newSingleThreadExecutor()).submit(() -> {}).get();
        }

        @RepeatedTest(49)
        @Order(2)
        void clean() {
            DETECTOR.open(new Object(), ignored -> {}).close();
        }
    }

    @NoLeaks
    static class AfterOneOfFifty {
        @Test
        void clean() {}
    }

    /** A component that keeps its own books. */
    static final class Books implements OutstandingSource {
        static final Books BOOKS = new Books();
        private static final AtomicLong OUT = new AtomicLong();

        static void begin() {
            OUT.set(0);
            Watertight.addSource(BOOKS);
        }

        static void end() {
            Watertight.removeSource(BOOKS);
        }

        @Override
        public List<Outstanding.Entry> outstanding() {
            long out = OUT.get();
            return out == 0
                    ? List.of()
                    : List.of(new Outstanding.Entry("lease", "Books.take", out, 0, Duration.ZERO, 0));
        }
    }

    @NoLeaks
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    @Execution(ExecutionMode.SAME_THREAD)
    static class TakesFromBooks {
        @Test
        @Order(1)
        void givesBack() {
            Books.OUT.incrementAndGet();
            Books.OUT.decrementAndGet();
        }

        @Test
        @Order(2)
        void keepsOne() {
            Books.OUT.incrementAndGet();
        }

        @Test
        @Order(3)
        void clean() {}

        @Test
        @Order(4)
        void keepsTwo() {
            Books.OUT.addAndGet(2);
        }

        @Test
        @Order(5)
        @ExpectLeak(type = "lease", at = "Books.take")
        void keepsAsAnnounced() {
            Books.OUT.incrementAndGet();
        }

        @Nested
        class Inside {
            @Test
            void keepsInside() {
                Books.OUT.incrementAndGet();
            }
        }
    }

    @NoLeaks
    static class TakesInBeforeAll {
        @BeforeAll
        static void take() {
            Books.OUT.incrementAndGet();
        }

        @Test
        void clean() {}
    }
}
