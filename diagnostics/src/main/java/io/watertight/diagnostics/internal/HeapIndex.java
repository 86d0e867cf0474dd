package io.watertight.diagnostics.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All objects and classes of a dump in the order of their ids: a number for each id, and the place of its record. Takes
 * 8 to 12 bytes an object where the heap spans less than 32 GB and the file less than 4 GB.
 */
final class HeapIndex {
    private static final int LINEAR = 8;

    private final int size;
    private final long base;
    private final int shift;
    private final int bucketShift;
    private final Column keys;
    private final Column positions;
    private final int[] buckets;

    private HeapIndex(HprofFile file, Census census) throws HprofException {
        if (census.objects > Integer.MAX_VALUE - 16) {
            throw file.corrupt(0, "there are " + census.objects + " objects, more than this reader can number");
        }
        size = (int) census.objects;
        base = census.lowest;
        shift = Math.min(Long.numberOfTrailingZeros(census.differences), 16);
        long largest = (census.highest - base) >>> shift;
        if (largest < 0) {
            throw file.corrupt(0, "the ids of objects are no addresses");
        }
        keys = new Column(size, largest);
        for (int i = 0; i < size; i++) {
            keys.set(i, (census.take(i) - base) >>> shift);
        }
        keys.sort();
        positions = new Column(size, file.size());
        int keyBits = Long.SIZE - Long.numberOfLeadingZeros(largest);
        bucketShift = Math.max(0, keyBits - Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(size) - 3));
        buckets = new int[(int) (largest >>> bucketShift) + 2];
        fillBuckets(file);
        HprofScan.over(file, new Placement());
    }

    static HeapIndex of(HprofFile file, Census census) throws HprofException {
        return new HeapIndex(file, census);
    }

    /** All ids in the order of the file, in chunks: nothing is known yet about how many there are. */
    static final class Census {
        /** What the index and a search take together. */
        private static final int BYTES_PER_OBJECT = 17;

        private static final int CHUNK_BITS = 13;

        private final HprofFile file;
        private final long heap;
        private final List<long @Nullable []> chunks = new ArrayList<>();
        private long[] chunk = {};
        private long objects;
        private long lowest;
        private long highest;
        private long differences;

        Census(HprofFile file) {
            Runtime jvm = Runtime.getRuntime();
            this.file = file;
            this.heap = jvm.maxMemory() - (jvm.totalMemory() - jvm.freeMemory());
        }

        void count(long id) throws HprofException {
            int offset = (int) objects & ((1 << CHUNK_BITS) - 1);
            if (offset == 0) {
                if (objects * BYTES_PER_OBJECT > heap) {
                    throw file.tooLarge(objects, heap);
                }
                chunk = new long[1 << CHUNK_BITS];
                chunks.add(chunk);
            }
            chunk[offset] = id;
            if (objects++ == 0) {
                lowest = id;
                highest = id;
            }
            differences |= id ^ lowest;
            if (Long.compareUnsigned(id, lowest) < 0) {
                lowest = id;
            } else if (Long.compareUnsigned(id, highest) > 0) {
                highest = id;
            }
        }

        /** The next id, for the last time: what was taken is freed. */
        long take(int i) {
            int offset = i & ((1 << CHUNK_BITS) - 1);
            if (offset == 0) {
                chunk = Objects.requireNonNull(chunks.set(i >>> CHUNK_BITS, null));
            }
            return chunk[offset];
        }
    }

    /** A second walk, which notes where each object is. Most dumps are in the order of the ids. */
    private final class Placement implements HprofScan.Visitor {
        private int previous = -1;

        @Override
        public void object(int tag, long id, long at) {
            boolean isNext = previous + 1 < size && keys.get(previous + 1) == (id - base) >>> shift;
            previous = isNext ? previous + 1 : indexOf(id);
            positions.set(previous, at);
        }
    }

    private void fillBuckets(HprofFile file) throws HprofException {
        int bucket = 0;
        for (int i = 0; i < size; i++) {
            if (i > 0 && keys.get(i) == keys.get(i - 1)) {
                throw file.corrupt(0, "two objects have the same id");
            }
            int mine = (int) (keys.get(i) >>> bucketShift);
            while (bucket <= mine) {
                buckets[bucket++] = i;
            }
        }
        while (bucket < buckets.length) {
            buckets[bucket++] = size;
        }
    }

    int size() {
        return size;
    }

    /** The number of an object, or -1 if the dump has no such object. */
    int indexOf(long id) {
        long offset = id - base;
        long key = offset >>> shift;
        long bucket = key >>> bucketShift;
        if (key << shift != offset || bucket >= buckets.length - 1) {
            return -1;
        }
        int low = buckets[(int) bucket];
        int high = buckets[(int) bucket + 1] - 1;
        while (high - low > LINEAR) {
            int middle = (low + high) >>> 1;
            if (keys.get(middle) < key) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        for (int i = low; i <= high; i++) {
            if (keys.get(i) == key) {
                return i;
            }
        }
        return -1;
    }

    long positionOf(int object) {
        return positions.get(object);
    }
}
