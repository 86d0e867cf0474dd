package io.watertight.concurrency;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The wheel itself: timers by the tick they are due at. For one thread; {@link TimerWheel} says which.
 *
 * <p>The first level has a bucket for each tick of the current block of 512, the second one for each block of the current 512
 * blocks, and one list has what is further off. When a block begins its bucket is spread over the first level; so a timer is
 * moved at most twice, and adding and removing one takes constant time. A bit for each bucket says whether it is used, so that
 * empty ones cost nothing.
 */
final class TimerBuckets {
    static final int NOWHERE = -1;
    private static final int BITS = 9;
    /** Of a tick, those above it number the blocks of blocks. */
    private static final int BOTH_BITS = 2 * BITS;

    private static final int SIZE = 1 << BITS;
    private static final int MASK = SIZE - 1;
    private static final int FAR = 2 * SIZE;
    private static final int WORDS = SIZE / Long.SIZE;

    private final @Nullable TimerNode[] heads = new TimerNode[FAR + 1];
    /** One bit for each bucket of both levels. */
    private final long[] used = new long[2 * WORDS];

    /** Everything that was due at this tick has been taken out. */
    private long current;

    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    long current() {
        return current;
    }

    /** Adds a timer that is due later than the current tick. */
    void add(TimerNode node) {
        long due = node.dueTick;
        int bucket;
        if (due >>> BITS == current >>> BITS) {
            bucket = (int) due & MASK;
        } else if (due >>> BOTH_BITS == current >>> BOTH_BITS) {
            bucket = SIZE + ((int) (due >>> BITS) & MASK);
        } else {
            bucket = FAR;
        }
        TimerNode head = heads[bucket];
        node.bucket = bucket;
        node.previous = null;
        node.next = head;
        if (head != null) {
            head.previous = node;
        } else if (bucket != FAR) {
            used[bucket >>> 6] |= 1L << bucket;
        }
        heads[bucket] = node;
        size++;
    }

    /** Takes a timer out, unless it is out. */
    void remove(TimerNode node) {
        int bucket = node.bucket;
        if (bucket == NOWHERE) {
            return;
        }
        TimerNode after = node.next;
        TimerNode before = node.previous;
        if (before != null) {
            before.next = after;
        } else {
            heads[bucket] = after;
            if (after == null) {
                markEmpty(bucket);
            }
        }
        if (after != null) {
            after.previous = before;
        }
        takenOut(node);
    }

    private void takenOut(TimerNode node) {
        node.bucket = NOWHERE;
        node.next = null;
        node.previous = null;
        size--;
    }

    private void markEmpty(int bucket) {
        if (bucket != FAR) {
            used[bucket >>> 6] &= ~(1L << bucket);
        }
    }

    /** Makes a tick the current one, and passes on what is due at it or before, tick by tick. */
    void advance(long now, Consumer<TimerNode> expired) {
        for (long next = nextTick(); next <= now; next = nextTick()) {
            current = next;
            if ((next & ((1L << BOTH_BITS) - 1)) == 0) {
                empty(FAR, this::add);
            }
            if ((next & MASK) == 0) {
                empty(SIZE + ((int) (next >>> BITS) & MASK), this::add);
            }
            empty((int) next & MASK, expired);
        }
        current = Math.max(current, now);
    }

    /** Takes everything out. */
    void clear(Consumer<TimerNode> taken) {
        for (int bucket = 0; bucket <= FAR; bucket++) {
            empty(bucket, taken);
        }
    }

    private void empty(int bucket, Consumer<TimerNode> taken) {
        TimerNode node = heads[bucket];
        heads[bucket] = null;
        markEmpty(bucket);
        while (node != null) {
            TimerNode after = node.next;
            takenOut(node);
            taken.accept(node);
            node = after;
        }
    }

    /** The next tick at which there is something to do; {@link Long#MAX_VALUE} if there is nothing. */
    long nextTick() {
        int tick = nextUsed(0, ((int) current & MASK) + 1);
        if (tick >= 0) {
            return (current & ~(long) MASK) | tick;
        }
        int block = nextUsed(SIZE, ((int) (current >>> BITS) & MASK) + 1);
        if (block >= 0) {
            return (((current >>> BOTH_BITS) << BITS) | block) << BITS;
        }
        return heads[FAR] == null ? Long.MAX_VALUE : ((current >>> BOTH_BITS) + 1) << BOTH_BITS;
    }

    /** The first used bucket of a level, from a place on; -1 if there is none. */
    private int nextUsed(int level, int from) {
        if (from == SIZE) {
            return -1;
        }
        int base = level >>> 6;
        long bits = used[base + (from >>> 6)] & -1L << from;
        for (int word = from >>> 6; ; bits = used[base + word]) {
            if (bits != 0) {
                return (word << 6) + Long.numberOfTrailingZeros(bits);
            }
            if (++word == WORDS) {
                return -1;
            }
        }
    }
}
