package io.watertight.examples;

import io.watertight.caches.CacheCloseReport;
import io.watertight.caches.CacheLease;
import io.watertight.caches.LeasedCache;
import io.watertight.caches.LeftoverPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A cache of open files that closes what it drops, whoever is reading it. */
final class EvictedChannelWard implements Ward {
    private static final int CAPACITY = 2;
    private static final int OTHERS = 8;
    private static final int ROUNDS = 20;
    private static final int CHUNK = 1 << 10;
    private static final String TEXT = "a line of a segment\n".repeat(CHUNK);

    @Override
    public String pattern() {
        return "channel evicted while it is read";
    }

    @Override
    public String story() {
        return "A cache of two open files closes what it evicts; one is being read while others are asked for.";
    }

    @Override
    public String type() {
        return "segment";
    }

    /** As it is made everywhere: in order of use, and closing what goes. */
    private static final class Lru extends LinkedHashMap<Path, FileChannel> {
        private static final long serialVersionUID = 1L;

        Lru() {
            super(CAPACITY, 1, true);
        }

        synchronized FileChannel channel(Path path) throws IOException {
            FileChannel present = get(path);
            if (present == null) {
                present = FileChannel.open(path);
                put(path, present);
            }
            return present;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, FileChannel> eldest) {
            if (size() <= CAPACITY) {
                return false;
            }
            close(eldest.getValue());
            return true;
        }

        void closeAll() {
            values().forEach(Lru::close);
        }

        private static void close(FileChannel channel) {
            try {
                channel.close();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    @Override
    public void leak(Room room) throws Exception {
        TempFile file = room.afterwards(TempFile.of(TEXT));
        List<TempFile> others = others(room);
        Lru channels = new Lru();
        room.afterwards(channels::closeAll);
        StringBuilder content = new StringBuilder();
        boolean closedUnderTheReader = false;
        try {
            read(channels.channel(file.path()), content, path -> channels.channel(path), others);
        } catch (ClosedChannelException evicted) {
            closedUnderTheReader = true;
        }
        room.see(
                closedUnderTheReader && content.length() < TEXT.length(),
                "a map of the JDK that closes what it evicts: " + content.length() + " of " + TEXT.length()
                        + " bytes were read, then a ClosedChannelException");

        LeasedCache<Path, FileChannel> cache = cache();
        room.afterwards(cache);
        leaseAndForget(room, cache, file, others);
    }

    /** What is left to do wrong with leases. */
    @SuppressWarnings("MustBeClosedChecker") // the leak
    private static void leaseAndForget(
            Room room, LeasedCache<Path, FileChannel> cache, TempFile file, List<TempFile> others) throws Exception {
        CacheLease<FileChannel> lease = Objects.requireNonNull(room.here(cache).acquire(file.path()));
        open(path -> cache.with(path, FileChannel::isOpen), others);
        boolean evicted = !cache.keys().contains(file.path());
        long descriptors = file.descriptors(() -> cache.stats().zombies());
        room.see(
                evicted && descriptors == 1 && lease.isOpen(),
                "a leased cache, and a lease that is forgotten: evicted, and descriptors still open on the file: "
                        + descriptors);
    }

    @Override
    public void fix(Room room) throws Exception {
        TempFile file = room.afterwards(TempFile.of(TEXT));
        List<TempFile> others = others(room);
        StringBuilder content = new StringBuilder();
        boolean evicted;
        CacheCloseReport report;
        try (LeasedCache<Path, FileChannel> cache = cache()) {
            try (CacheLease<FileChannel> lease = cache.acquire(file.path())) {
                read(
                        Objects.requireNonNull(lease).get(),
                        content,
                        path -> cache.with(path, FileChannel::isOpen),
                        others);
                evicted = !cache.keys().contains(file.path());
            }
            report = cache.close(Patience.LONG);
        }
        long descriptors = file.descriptors(() -> report.complete() ? 0 : 1);
        for (TempFile other : others) {
            descriptors += other.descriptors(() -> 0);
        }
        room.see(
                !evicted || !content.toString().equals(TEXT) || !report.complete() || descriptors != 0,
                "a leased cache: " + content.length() + " of " + TEXT.length() + " bytes were read of a file that was "
                        + (evicted ? "" : "not ") + "evicted meanwhile; descriptors open at the end: " + descriptors);
    }

    private LeasedCache<Path, FileChannel> cache() {
        return LeasedCache.<Path, FileChannel>builder(type())
                .maximumSize(CAPACITY)
                .leftovers(LeftoverPolicy.FORCE)
                .closeTimeout(Patience.LIMIT)
                .loader((path, load) -> FileChannel.open(path))
                .build();
    }

    private static List<TempFile> others(Room room) throws IOException {
        List<TempFile> others = new ArrayList<>();
        for (int i = 0; i < OTHERS; i++) {
            others.add(room.afterwards(TempFile.of("another")));
        }
        return others;
    }

    /** How others get at a file. */
    @FunctionalInterface
    private interface Opening {
        void open(Path path) throws Exception;
    }

    /** The program: the same for both caches. Another thread asks for other files when a half is read. */
    private static void read(FileChannel channel, StringBuilder content, Opening opening, List<TempFile> others)
            throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        while (channel.read(chunk.clear()) >= 0) {
            content.append(StandardCharsets.US_ASCII.decode(chunk.flip()));
            if (content.length() == TEXT.length() / 2) {
                open(opening, others);
            }
        }
    }

    private static void open(Opening opening, List<TempFile> others) {
        try (Callers another = Callers.start("clinic-reader", 1, () -> {
            for (int i = 0; i < ROUNDS * OTHERS; i++) {
                opening.open(others.get(i % OTHERS).path());
            }
        })) {
            another.awaitAllServed();
        }
    }
}
