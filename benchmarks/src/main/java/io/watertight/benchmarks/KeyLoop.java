package io.watertight.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** One or more threads that use a cache at the same time, each for its own order of keys. */
final class KeyLoop implements Contender {
    /** One operation. */
    interface Use {
        /**
         * Uses a key.
         *
         * @param next a value for it, for those who put; not the one that it has
         * @return whether that did what it should
         */
        boolean once(String key, Row next) throws Exception;
    }

    /** What comes after the operations of a run, and is part of it. */
    interface After {
        /** Returns whether everything is as it should be. */
        boolean check() throws Exception;
    }

    private final String[][] orders;
    private final Row[][] next;
    private final int passes;
    private final Use use;
    private final After after;
    private final AutoCloseable end;
    private final List<Partner> partners = new ArrayList<>();

    private KeyLoop(String[][] orders, int passes, Use use, After after, AutoCloseable end) {
        this.orders = orders;
        this.next = Arrays.stream(orders)
                .map(order -> Arrays.stream(order).map(Row::new).toArray(Row[]::new))
                .toArray(Row[][]::new);
        this.passes = passes;
        this.use = use;
        this.after = after;
        this.end = end;
        for (int thread = 1; thread < orders.length; thread++) {
            partners.add(new Partner(thread));
        }
        partners.forEach(Thread::start);
    }

    /** Has keys used again and again. */
    static Contender of(KeyOrder order, int threads, Use use, AutoCloseable end) {
        return of(order, threads, use, () -> true, end);
    }

    static Contender of(KeyOrder order, int threads, Use use, After after, AutoCloseable end) {
        return new KeyLoop(order.draw(threads), 2, use, after, end);
    }

    /** Has each key used once, by one of the threads. */
    static Contender apart(int threads, Use use, After after, AutoCloseable end) {
        return new KeyLoop(KeyOrder.apart(threads), 1, use, after, end);
    }

    @Override
    public int operations() {
        return passes * Arrays.stream(orders).mapToInt(order -> order.length).sum();
    }

    @Override
    public int callers() {
        return orders.length;
    }

    @Override
    public int run() throws Exception {
        partners.forEach(partner -> partner.begin.release());
        int done = work(0);
        for (Partner partner : partners) {
            done += partner.await();
        }
        return after.check() ? done : 0;
    }

    private int work(int thread) throws Exception {
        int done = 0;
        for (int pass = 0; pass < passes; pass++) {
            done += pass(orders[thread], next[thread]);
        }
        return done;
    }

    private int pass(String[] order, Row[] values) throws Exception {
        int done = 0;
        for (int turn = 0; turn < order.length; turn++) {
            done += use.once(order[turn], values[turn]) ? 1 : 0;
        }
        return done;
    }

    @Override
    public void close() throws Exception {
        for (Partner partner : partners) {
            partner.end();
        }
        end.close();
    }

    private final class Partner extends Thread {
        final Semaphore begin = new Semaphore(0);
        private final Semaphore ended = new Semaphore(0);
        private final int thread;
        private int done;
        private @Nullable Exception failure;
        private boolean over;

        Partner(int thread) {
            super("partner-" + thread);
            this.thread = thread;
            setDaemon(true);
        }

        @Override
        public void run() {
            begin.acquireUninterruptibly();
            while (!over) {
                try {
                    done = work(thread);
                } catch (Exception thrown) {
                    failure = thrown;
                } finally {
                    ended.release();
                }
                begin.acquireUninterruptibly();
            }
        }

        int await() throws Exception {
            ended.acquire();
            if (failure != null) {
                throw failure;
            }
            return done;
        }

        void end() throws InterruptedException {
            over = true;
            begin.release();
            join();
        }
    }
}
