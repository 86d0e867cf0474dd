package io.watertight.guards.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Allocates direct buffers that can be freed safely where the platform can do that: in a shared arena, from Java 22 on. */
public final class DirectBuffers {
    private static final @Nullable Arenas ARENAS = Arenas.find();

    private DirectBuffers() {}

    /**
     * Allocates zeroed memory.
     *
     * @param capacity bytes, not negative
     * @return the buffer and the way to free it
     */
    public static Allocation allocate(int capacity) {
        return ARENAS == null ? new Allocation(ByteBuffer.allocateDirect(capacity), null) : ARENAS.allocate(capacity);
    }

    /** A buffer and what frees it. */
    public static final class Allocation {
        private final @Nullable AutoCloseable arena;
        private @Nullable ByteBuffer buffer;

        Allocation(ByteBuffer buffer, @Nullable AutoCloseable arena) {
            this.buffer = buffer;
            this.arena = arena;
        }

        /**
         * Returns the buffer.
         *
         * @return the buffer
         * @throws IllegalStateException if it was freed
         */
        public ByteBuffer buffer() {
            ByteBuffer current = buffer;
            if (current == null) {
                throw new IllegalStateException("direct memory was freed");
            }
            return current;
        }

        /**
         * Frees the memory, or lets go of it.
         *
         * @throws Exception if the memory is in use by a running operation
         */
        public void free() throws Exception {
            buffer = null;
            if (arena != null) {
                arena.close();
            }
        }
    }

    private record Arenas(MethodHandle ofShared, MethodHandle allocate, MethodHandle asByteBuffer) {
        static @Nullable Arenas find() {
            try {
                MethodHandles.Lookup lookup = MethodHandles.publicLookup();
                Class<?> arena = Class.forName("java.lang.foreign.Arena");
                Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
                if (Runtime.version().feature() < 22) {
                    return null; // a preview until then
                }
                return new Arenas(
                        lookup.findStatic(arena, "ofShared", MethodType.methodType(arena)),
                        lookup.findVirtual(arena, "allocate", MethodType.methodType(segment, long.class)),
                        lookup.findVirtual(segment, "asByteBuffer", MethodType.methodType(ByteBuffer.class)));
            } catch (ReflectiveOperationException before22) {
                return null;
            }
        }

        Allocation allocate(int capacity) {
            try {
                AutoCloseable arena = (AutoCloseable) ofShared.invoke();
                try {
                    ByteBuffer buffer = (ByteBuffer) asByteBuffer.invoke(allocate.invoke(arena, (long) capacity));
                    return new Allocation(buffer, arena);
                } catch (Throwable failure) {
                    arena.close();
                    throw failure;
                }
            } catch (RuntimeException | Error unchecked) {
                throw unchecked;
            } catch (Throwable impossible) {
                throw new AssertionError(impossible);
            }
        }
    }
}
