package io.watertight.benchmarks;

import io.watertight.benchmarks.Contest.Figure;
import io.watertight.concurrency.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;

/** What it costs to hand an element from one thread to another. */
final class ChannelContests {
    private static final int ELEMENTS = 100_000;
    private static final int[] CAPACITIES = {16, 256};
    private static final int[] PAIRS = {1, 4};
    /** Boxes of small numbers are cached. */
    private static final int SMALL = 127;

    /** What hands elements on. */
    private interface Conduit extends AutoCloseable {
        void put(Integer element) throws InterruptedException;

        Integer take() throws InterruptedException;
    }

    private ChannelContests() {}

    static List<Contest> all() {
        List<Contest> all = new ArrayList<>();
        for (int capacity : CAPACITIES) {
            for (int pairs : PAIRS) {
                all.add(rows("channel", "threads", capacity, pairs, () -> Thread::new));
                if (Virtual.isAvailable()) {
                    all.add(rows("channel-virtual", "virtual threads", capacity, pairs, Virtual::threads));
                }
            }
        }
        return all;
    }

    /** Virtual threads must be looked up. */
    private interface Threads {
        ThreadFactory factory() throws ReflectiveOperationException;
    }

    private static Contest rows(String name, String kind, int capacity, int pairs, Threads threads) {
        return new Contest(
                        name + "-" + capacity + "-" + pairs,
                        "an element from " + pairs + " to " + pairs + " " + kind + ", capacity " + capacity)
                .measures(Figure.WALL, Figure.PROCESS, Figure.BYTES)
                .row("**Watertight**", () -> new Transfer(new Ours(capacity), pairs, threads.factory()))
                .peer(
                        "ArrayBlockingQueue",
                        () -> new Transfer(new Queue(new ArrayBlockingQueue<>(capacity)), pairs, threads.factory()))
                .row(
                        "LinkedBlockingQueue",
                        () -> new Transfer(new Queue(new LinkedBlockingQueue<>(capacity)), pairs, threads.factory()));
    }

    private static final class Ours implements Conduit {
        private final Channel<Integer> channel;

        Ours(int capacity) {
            channel = Channel.builder("elements").<Integer>capacity(capacity).build();
        }

        @Override
        public void put(Integer element) throws InterruptedException {
            channel.sender().send(element);
        }

        @Override
        public Integer take() throws InterruptedException {
            return channel.receiver().receive();
        }

        @Override
        public void close() {
            channel.sender().close();
            channel.receiver().close();
        }
    }

    private record Queue(BlockingQueue<Integer> queue) implements Conduit {
        @Override
        public void put(Integer element) throws InterruptedException {
            queue.put(element);
        }

        @Override
        public Integer take() throws InterruptedException {
            return queue.take();
        }

        @Override
        public void close() {}
    }

    private record Transfer(Conduit conduit, int pairs, ThreadFactory threads) implements Contender {
        @Override
        public int operations() {
            return ELEMENTS;
        }

        /** Threads are started anew, which is little beside so many elements. */
        @Override
        public int run() throws Exception {
            int each = ELEMENTS / pairs;
            List<FutureTask<Long>> sums = new ArrayList<>();
            for (int i = 0; i < pairs; i++) {
                sums.add(new FutureTask<>(() -> -put(each)));
                sums.add(new FutureTask<>(() -> take(each)));
            }
            sums.forEach(sum -> threads.newThread(sum).start());
            long difference = 0;
            for (FutureTask<Long> sum : sums) {
                difference += sum.get();
            }
            return difference == 0 ? ELEMENTS : 0;
        }

        private long put(int count) throws InterruptedException {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                conduit.put(i & SMALL);
                sum += i & SMALL;
            }
            return sum;
        }

        private long take(int count) throws InterruptedException {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += conduit.take();
            }
            return sum;
        }

        @Override
        public void close() throws Exception {
            conduit.close();
        }
    }
}
