package io.watertight.testing;

import static io.watertight.testing.LeakyGround.DETECTOR;
import static io.watertight.testing.LeakyGround.here;
import static io.watertight.testing.LeakyGround.keep;
import static io.watertight.testing.LeakyGround.untilTheEnd;

import java.util.Map;
import java.util.Timer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Tests that leave something behind, one kind each, to be run by other tests; none of them is run by itself. */
final class LeakyFixtures {
    private LeakyFixtures() {}

    @NoLeaks
    static class EveryKind {
        @Test
        void keepsOpen() {
            keep(here(DETECTOR).open(new Object(), ignored -> {}));
        }

        @Test
        void leavesThread() {
            here(untilTheEnd("left-thread")).start();
        }

        @Test
        void leavesThreadOfThread() throws InterruptedException {
            Thread left = untilTheEnd("left-grandchild");
            Thread thread = new Thread(() -> startElsewhere(left), "starter");
            thread.start();
            thread.join();
        }

        private static void startElsewhere(Thread left) {
            here(left).start();
        }

        @Test
        void leavesTimer() {
            Timer timer = here(new Timer("left-timer", true));
            LeakyGround.untilTheEnd(timer);
        }

        @Test
        void opensOnAThread() throws InterruptedException {
            Thread thread = new Thread(EveryKind::openElsewhere, "opener");
            thread.start();
            thread.join();
        }

        private static void openElsewhere() {
            keep(here(DETECTOR).open(new Object(), ignored -> {}));
        }

        @Test
        void leavesExecutor() throws Exception {
            ExecutorService executor = untilTheEnd(Executors.newFixedThreadPool(2));
            here(executor).submit(() -> {}).get();
        }

        @Test
        void leavesScheduler() throws Exception {
            ExecutorService executor = untilTheEnd(Executors.newSingleThreadScheduledExecutor());
            here(executor).submit(() -> {}).get();
        }

        @Test
        void leavesTwo() {
            keep(here(DETECTOR).open(new Object(), ignored -> {}));
            keep(DETECTOR.site("second").open(new Object(), ignored -> {}));
        }

        @Test
        void leavesNothing() throws Exception {
            DETECTOR.open(new Object(), ignored -> {}).close();
            Thread thread = new Thread(() -> {}, "short");
            thread.start();
            thread.join();
        }
    }

    @NoLeaks
    static class Drops {
        @Test
        void drops() {
            here(DETECTOR).open(new Object(), ignored -> {});
        }

        @Test
        void dropsOnAThread() throws InterruptedException {
            Thread thread = new Thread(Drops::dropElsewhere, "dropper");
            thread.start();
            thread.join();
        }

        private static void dropElsewhere() {
            here(DETECTOR).open(new Object(), ignored -> {});
        }

        @Test
        void closes() {
            DETECTOR.open(new Object(), ignored -> {}).close();
        }
    }

    /** Keeps an object that it says it lets go. */
    @NoLeaks
    static class Retains {
        private static final Map<String, Object> CUSTOMERS = new ConcurrentHashMap<>();

        @Test
        void retains() throws Exception {
            Retention.assertCollectable(() -> {
                Object customer = new Object();
                CUSTOMERS.put("Ada", customer);
                return customer;
            });
        }

        @Test
        void letsGo() throws Exception {
            Retention.assertCollectable(Object::new);
        }

        @AfterAll
        static void tidyUp() {
            CUSTOMERS.clear();
        }
    }

    /** Not declared, to be checked only where JUnit finds the extension by itself. */
    static class Undeclared {
        @Test
        void keepsOpen() {
            keep(here(DETECTOR).open(new Object(), ignored -> {}));
        }
    }
}
