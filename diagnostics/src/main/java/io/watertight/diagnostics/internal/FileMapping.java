package io.watertight.diagnostics.internal;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import org.jspecify.annotations.Nullable;

/**
 * Maps parts of a file for reading and unmaps them all at once. Java can do the latter from 22 on; before, the memory and the
 * disk space of a deleted file come back with the next collection.
 */
final class FileMapping implements AutoCloseable {
    private static final @Nullable Arenas ARENAS = Arenas.find();

    private final FileChannel channel;
    private final @Nullable AutoCloseable arena;

    FileMapping(FileChannel channel) {
        this.channel = channel;
        this.arena = ARENAS == null ? null : ARENAS.open();
    }

    ByteBuffer map(long position, int size) throws IOException {
        return ARENAS == null || arena == null
                ? channel.map(MapMode.READ_ONLY, position, size)
                : ARENAS.map(channel, position, size, arena);
    }

    @Override
    public void close() {
        if (arena != null) {
            try {
                arena.close();
            } catch (Exception impossible) {
                throw new IllegalStateException("a part of the file is still being read", impossible);
            }
        }
    }

    private record Arenas(MethodHandle ofShared, MethodHandle map, MethodHandle asByteBuffer) {
        static @Nullable Arenas find() {
            if (Runtime.version().feature() < 22) {
                return null; // a preview until then
            }
            try {
                MethodHandles.Lookup lookup = MethodHandles.publicLookup();
                Class<?> arena = Class.forName("java.lang.foreign.Arena");
                Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
                MethodType map = MethodType.methodType(segment, MapMode.class, long.class, long.class, arena);
                return new Arenas(
                        lookup.findStatic(arena, "ofShared", MethodType.methodType(arena)),
                        lookup.findVirtual(FileChannel.class, "map", map),
                        lookup.findVirtual(segment, "asByteBuffer", MethodType.methodType(ByteBuffer.class)));
            } catch (ReflectiveOperationException unknownPlatform) {
                return null;
            }
        }

        AutoCloseable open() {
            try {
                return (AutoCloseable) ofShared.invoke();
            } catch (Throwable impossible) {
                throw new AssertionError(impossible);
            }
        }

        ByteBuffer map(FileChannel channel, long position, long size, AutoCloseable arena) throws IOException {
            try {
                return (ByteBuffer) asByteBuffer.invoke(map.invoke(channel, MapMode.READ_ONLY, position, size, arena));
            } catch (IOException | RuntimeException | Error expected) {
                throw expected;
            } catch (Throwable impossible) {
                throw new AssertionError(impossible);
            }
        }
    }
}
