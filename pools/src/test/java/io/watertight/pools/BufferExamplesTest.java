package io.watertight.pools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import org.junit.jupiter.api.Test;

/** What docs/buffers.md shows. */
class BufferExamplesTest {
    @Test
    void bufferPool() throws IOException {
        int length = 100;
        try (ReadableByteChannel channel = Channels.newChannel(new ByteArrayInputStream(new byte[length]));
                BufferPool pool = BufferPool.builder("net")
                        .maxBytes(64 << 20)
                        .maxRequestBytes(1 << 20)
                        .build()) {
            try (PooledBuffer message = pool.acquire(length)) {
                channel.read(message.buffer());
                try (PooledBuffer body = message.slice(16, length - 16)) { // a right of its own to some of the bytes
                    assertThat(body.buffer().get(83)).isZero();
                }
            }
        }
    }

    @Test
    void bumpArena() {
        try (BumpArena arena = BumpArena.of(1 << 20)) {
            for (int batch = 0; batch < 3; batch++) {
                ByteBuffer header = arena.allocate(64, 8).buffer(); // aligned to 8
                assertThat(header.alignmentOffset(0, 8)).isZero();
                arena.reset(); // every slice from before refuses to be used from here on
            }
            assertThat(arena.highWaterMark()).isEqualTo(64);
        }
    }
}
