package io.watertight.examples;

import com.google.errorprone.annotations.MustBeClosed;
import io.watertight.guards.Guarded;
import io.watertight.guards.LeakDetector;
import io.watertight.testing.NoLeaks;
import io.watertight.testing.Retention;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests as somebody wrote them, and as they should be. They all pass if nobody looks for leaks. */
final class OrderTests {
    private static volatile @Nullable Room room;
    private static volatile @Nullable Path file;

    private OrderTests() {}

    /** Where the tests run from now on, and the file they read. */
    static void runIn(@Nullable Room itsRoom, @Nullable Path itsFile) {
        room = itsRoom;
        file = itsFile;
    }

    private static Room room() {
        return Objects.requireNonNull(room);
    }

    @MustBeClosed
    private static InputStream open(LeakDetector detector) throws IOException {
        return Guarded.inputStream(detector, Files.newInputStream(Objects.requireNonNull(file)));
    }

    /** What the program under test keeps although it should not. */
    static final class Program {
        private static final List<Object> CACHE = new ArrayList<>();

        private Program() {}

        /** Keeps the customer. */
        static Customer serve(Customer customer) {
            CACHE.add(customer);
            return customer;
        }

        static void tidyUp() {
            CACHE.clear();
        }
    }

    /** Somebody whose order is done. */
    record Customer(String name) {}

    /** Every test leaves something behind. */
    @NoLeaks
    @SuppressWarnings("MustBeClosedChecker") // the leaks
    static final class Leaking {
        @Test
        void keepsAFileOpen() throws IOException {
            Program.CACHE.add(room().here(open(room().detector())));
        }

        @Test
        void forgetsAFile() throws IOException {
            room().here(open(room().detector())).read();
        }

        @Test
        void leavesAThread() {
            CountDownLatch end = new CountDownLatch(1);
            room().afterwards(end::countDown);
            Thread poller = new Thread(() -> awaitQuietly(end), "order-poller");
            room().here(poller).start();
        }

        @Test
        void leavesAnExecutor() throws Exception {
            ExecutorService executor = Executors.newFixedThreadPool(2);
            room().afterwards(executor::shutdownNow);
            room().here(executor).submit(() -> {}).get();
        }

        @Test
        void doesNotLetACustomerGo() throws Exception {
            Callable<Customer> visit = () -> Program.serve(new Customer("Ada"));
            Retention.assertCollectable(room().here(visit));
        }

        private static void awaitQuietly(CountDownLatch end) {
            try {
                end.await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The same work, tidied up. */
    @NoLeaks
    static final class Fixed {
        @Test
        void letsACustomerGo() throws Exception {
            Callable<Customer> visit = () -> new Customer("Ada");
            Retention.assertCollectable(visit);
        }

        @Test
        void readsAFile() throws IOException {
            try (InputStream orders = open(room().detector())) {
                orders.read();
            }
        }

        @Test
        void endsItsThread() throws InterruptedException {
            Thread poller = new Thread(() -> {}, "order-poller");
            poller.start();
            poller.join();
        }

        @Test
        void shutsItsExecutorDown() throws Exception {
            ExecutorService executor = Executors.newFixedThreadPool(2);
            try {
                executor.submit(() -> {}).get();
            } finally {
                executor.shutdown();
            }
        }
    }
}
