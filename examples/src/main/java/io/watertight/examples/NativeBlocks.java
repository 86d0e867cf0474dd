package io.watertight.examples;

import java.lang.reflect.Field;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Memory outside the heap that nobody frees but its user: from Java 22 on an arena for each block, before that {@code
 * Unsafe}. Both are reached by reflection, because this is compiled for 17.
 */
final class NativeBlocks implements AutoCloseable {
    private static final int FIRST_WITH_ARENAS = 22;

    /** How to free each block that is still allocated, by its address. */
    private final Map<Long, Freeing> blocks = new ConcurrentHashMap<>();

    @FunctionalInterface
    private interface Freeing {
        void free() throws ReflectiveOperationException;
    }

    long allocate(long bytes) {
        try {
            return Runtime.version().feature() >= FIRST_WITH_ARENAS ? fromArena(bytes) : fromUnsafe(bytes);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private long fromArena(long bytes) throws ReflectiveOperationException {
        Class<?> type = Class.forName("java.lang.foreign.Arena");
        Object arena = type.getMethod("ofShared").invoke(null);
        Object segment = type.getMethod("allocate", long.class).invoke(arena, bytes);
        long address = (long) Class.forName("java.lang.foreign.MemorySegment")
                .getMethod("address")
                .invoke(segment);
        blocks.put(address, () -> type.getMethod("close").invoke(arena));
        return address;
    }

    private long fromUnsafe(long bytes) throws ReflectiveOperationException {
        Class<?> type = Class.forName("sun.misc.Unsafe");
        Field theUnsafe = type.getDeclaredField("theUnsafe");
        theUnsafe.setAccessible(true);
        Object unsafe = theUnsafe.get(null);
        long address = (long) type.getMethod("allocateMemory", long.class).invoke(unsafe, bytes);
        blocks.put(address, () -> type.getMethod("freeMemory", long.class).invoke(unsafe, address));
        return address;
    }

    /** Frees a block. */
    void free(long address) {
        Freeing freeing = blocks.remove(address);
        if (freeing == null) {
            throw new IllegalStateException("no block begins at " + address);
        }
        try {
            freeing.free();
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    int count() {
        return blocks.size();
    }

    /** Frees what was leaked. */
    @Override
    public void close() {
        blocks.keySet().forEach(this::free);
    }
}
