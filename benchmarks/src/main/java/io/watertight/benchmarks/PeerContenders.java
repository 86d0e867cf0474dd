package io.watertight.benchmarks;

import com.zaxxer.hikari.util.ConcurrentBag;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.eclipse.jetty.util.ConcurrentPool;
import org.eclipse.jetty.util.Pool;
import org.jctools.queues.atomic.MpmcAtomicArrayQueue;
import org.vibur.objectpool.PoolObjectFactory;
import org.vibur.objectpool.util.ConcurrentLinkedQueueCollection;

/** The peers that run on Java 17, each as its documentation has it used, with nothing checked on the way. */
final class PeerContenders {
    private static final long PATIENCE_SECONDS = 30;

    private PeerContenders() {}

    /** Who finds nothing fails: no cell asks a pool that cannot wait for more than it has. */
    private static <T> T found(T claimed) {
        if (claimed == null) {
            throw new IllegalStateException("the pool gave nothing");
        }
        return claimed;
    }

    private static List<PooledThing> make(int count) {
        return Stream.generate(PooledThing::new).limit(count).toList();
    }

    static final class Hikari implements PoolContender {
        private final List<PooledThing> things;
        private final ConcurrentBag<PooledThing> bag = new ConcurrentBag<>(waiting -> {});

        Hikari(int capacity) {
            things = make(capacity);
            things.forEach(bag::add);
        }

        @Override
        public void cycle(PoolWork work) throws InterruptedException {
            PooledThing thing = found(bag.borrow(PATIENCE_SECONDS, TimeUnit.SECONDS));
            try {
                work.use(thing);
            } finally {
                bag.requite(thing);
            }
        }

        @Override
        public List<PooledThing> things() {
            return things;
        }

        @Override
        public void close() {
            bag.close();
        }
    }

    static final class Commons implements PoolContender {
        private final List<PooledThing> things = new CopyOnWriteArrayList<>();
        private final GenericObjectPool<PooledThing> pool;

        Commons(int capacity) throws Exception {
            GenericObjectPoolConfig<PooledThing> config = new GenericObjectPoolConfig<>();
            config.setMaxTotal(capacity);
            config.setMaxIdle(capacity);
            config.setJmxEnabled(false);
            pool = new GenericObjectPool<>(
                    new BasePooledObjectFactory<>() {
                        @Override
                        public PooledThing create() {
                            PooledThing thing = new PooledThing();
                            things.add(thing);
                            return thing;
                        }

                        @Override
                        public PooledObject<PooledThing> wrap(PooledThing thing) {
                            return new DefaultPooledObject<>(thing);
                        }
                    },
                    config);
            pool.addObjects(capacity);
        }

        @Override
        public void cycle(PoolWork work) throws Exception {
            PooledThing thing = pool.borrowObject();
            try {
                work.use(thing);
            } finally {
                pool.returnObject(thing);
            }
        }

        @Override
        public List<PooledThing> things() {
            return things;
        }

        @Override
        public void close() {
            pool.close();
        }
    }

    static final class Vibur implements PoolContender, PoolObjectFactory<PooledThing> {
        private final List<PooledThing> things = new CopyOnWriteArrayList<>();
        private final org.vibur.objectpool.ConcurrentPool<PooledThing> pool;

        Vibur(int capacity) {
            pool = new org.vibur.objectpool.ConcurrentPool<>(
                    new ConcurrentLinkedQueueCollection<>(), this, capacity, capacity, true);
        }

        @Override
        public PooledThing create() {
            PooledThing thing = new PooledThing();
            things.add(thing);
            return thing;
        }

        @Override
        public boolean readyToTake(PooledThing thing) {
            return true;
        }

        @Override
        public boolean readyToRestore(PooledThing thing) {
            return true;
        }

        @Override
        public void destroy(PooledThing thing) {}

        @Override
        public void cycle(PoolWork work) {
            PooledThing thing = found(pool.tryTake(PATIENCE_SECONDS, TimeUnit.SECONDS));
            try {
                work.use(thing);
            } finally {
                pool.restore(thing);
            }
        }

        @Override
        public List<PooledThing> things() {
            return things;
        }

        @Override
        public void close() {
            pool.close();
        }
    }

    /** Does not wait: says at once that there is none. */
    static final class Jetty implements PoolContender {
        private final List<PooledThing> things;
        private final Pool<PooledThing> pool;

        Jetty(int capacity) {
            things = make(capacity);
            pool = new ConcurrentPool<>(ConcurrentPool.StrategyType.THREAD_ID, capacity);
            things.forEach(thing -> pool.reserve().enable(thing, false));
        }

        @Override
        public void cycle(PoolWork work) {
            Pool.Entry<PooledThing> entry = found(pool.acquire());
            try {
                work.use(entry.getPooled());
            } finally {
                entry.release();
            }
        }

        @Override
        public List<PooledThing> things() {
            return things;
        }

        @Override
        public void close() {
            pool.terminate();
        }
    }

    static final class Queue implements PoolContender {
        private final List<PooledThing> things;
        private final ArrayBlockingQueue<PooledThing> queue;

        Queue(int capacity, boolean fair) {
            things = make(capacity);
            queue = new ArrayBlockingQueue<>(capacity, fair, things);
        }

        @Override
        public void cycle(PoolWork work) throws InterruptedException {
            PooledThing thing = found(queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
            try {
                work.use(thing);
            } finally {
                queue.add(thing);
            }
        }

        @Override
        public List<PooledThing> things() {
            return things;
        }

        @Override
        public void close() {
            queue.clear();
        }
    }

    /** Does not wait either. */
    static final class JcTools implements PoolContender {
        private final List<PooledThing> things;
        private final MpmcAtomicArrayQueue<PooledThing> queue;

        JcTools(int capacity) {
            things = make(capacity);
            queue = new MpmcAtomicArrayQueue<>(capacity);
            IntStream.range(0, capacity).forEach(i -> queue.offer(things.get(i)));
        }

        @Override
        public void cycle(PoolWork work) {
            PooledThing thing = found(queue.poll());
            try {
                work.use(thing);
            } finally {
                queue.offer(thing);
            }
        }

        @Override
        public List<PooledThing> things() {
            return things;
        }

        @Override
        public void close() {
            queue.clear();
        }
    }
}
