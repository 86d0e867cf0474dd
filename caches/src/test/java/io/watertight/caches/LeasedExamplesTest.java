package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of closeable values in docs/caches.md. */
class LeasedExamplesTest {
    private LeasedCache<Path, FileChannel> open() {
        return LeasedCache.<Path, FileChannel>builder("segments")
                .maximumSize(100)
                .loader((path, load) -> FileChannel.open(path))
                .build();
    }

    private static long size(LeasedCache<Path, FileChannel> segments, Path path)
            throws IOException, InterruptedException {
        try (CacheLease<FileChannel> lease = segments.acquire(path)) {
            return lease.get().size();
        }
    }

    @Test
    void sizeOfASegment(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("one"), "12345");
        try (LeasedCache<Path, FileChannel> segments = open()) {
            assertThat(size(segments, file)).isEqualTo(5);
            assertThat(segments.stats().loads()).isOne();
        }
    }
}
