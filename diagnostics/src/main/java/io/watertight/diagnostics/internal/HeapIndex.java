package io.watertight.diagnostics.internal;

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
        base = size == 0 ? 0 : census.lowest;
        shift = Math.min(Long.numberOfTrailingZeros(census.differences), 16);
        long largest = size == 0 ? 0 : (census.highest - base) >>> shift;
        if (largest < 0) {
            throw file.corrupt(0, "the ids of objects are no addresses");
        }
        keys = new Column(size, largest);
        positions = new Column(size, file.size());
        HprofScan.over(file, new HprofScan.Visitor() {
            private int next;

            @Override
            public void object(int tag, long id, long at) {
                keys.set(next++, (id - base) >>> shift);
            }
        });
        keys.sort();
        int keyBits = Long.SIZE - Long.numberOfLeadingZeros(largest);
        bucketShift = Math.max(0, keyBits - Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(size) - 1));
        buckets = new int[(int) (largest >>> bucketShift) + 2];
        fillBuckets(file);
        HprofScan.over(file, new HprofScan.Visitor() {
            private int previous = -1;

            @Override
            public void object(int tag, long id, long at) {
                boolean isNext = previous + 1 < size && keys.get(previous + 1) == (id - base) >>> shift;
                previous = isNext ? previous + 1 : indexOf(id);
                positions.set(previous, at);
            }
        });
    }

    /** What has to be known before the arrays can be made. */
    static final class Census {
        long objects;
        long lowest;
        long highest;
        long differences;

        void count(long id) {
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
    }

    static HeapIndex of(HprofFile file, Census census) throws HprofException {
        return new HeapIndex(file, census);
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
