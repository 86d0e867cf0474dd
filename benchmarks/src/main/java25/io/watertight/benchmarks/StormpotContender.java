package io.watertight.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import stormpot.Allocator;
import stormpot.Expiration;
import stormpot.Pool;
import stormpot.PoolTap;
import stormpot.Poolable;
import stormpot.Slot;
import stormpot.Timeout;

/** Stormpot, with one of its two taps; objects do not expire. Needs Java 21. */
final class StormpotContender implements PoolContender {
    private static final Timeout PATIENCE = new Timeout(30, TimeUnit.SECONDS);

    private final List<PooledThing> things = new CopyOnWriteArrayList<>();
    private final Pool<Item> pool;
    private final PoolTap<Item> tap;

    /** Stormpot's objects know their slot. */
    private record Item(PooledThing thing, Slot slot) implements Poolable {
        @Override
        public void release() {
            slot.release(this);
        }
    }

    StormpotContender(int capacity, boolean virtual) throws InterruptedException {
        pool = Pool.fromThreaded(new Allocator<Item>() {
                    @Override
                    public Item allocate(Slot slot) {
                        PooledThing thing = new PooledThing();
                        things.add(thing);
                        return new Item(thing, slot);
                    }

                    @Override
                    public void deallocate(Item item) {}
                })
                .setSize(capacity)
                .setExpiration(Expiration.never())
                .setBackgroundExpirationEnabled(false)
                .build();
        tap = virtual ? pool.getVirtualThreadSafeTap() : pool.getThreadSafeTap();
        List<Item> all = new ArrayList<>();
        for (int i = 0; i < capacity; i++) {
            all.add(pool.getSingleThreadedTap().claim(PATIENCE));
        }
        all.forEach(Item::release);
    }

    @Override
    public void cycle(PoolWork work) throws Exception {
        Item item = tap.claim(PATIENCE);
        if (item == null) {
            throw new IllegalStateException("the pool gave nothing");
        }
        try {
            work.use(item.thing);
        } finally {
            item.release();
        }
    }

    @Override
    public List<PooledThing> things() {
        return things;
    }

    @Override
    public void close() throws InterruptedException {
        pool.shutdown().await(PATIENCE);
    }
}
