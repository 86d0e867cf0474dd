package io.watertight.pools;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.guards.LeakDetector;
import io.watertight.guards.internal.DirectBuffers;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BufferChunkTest {
    private final ManualBooks books = new ManualBooks(LeakDetector.of("fake"));
    private final BufferCore core =
            new BufferCore(BufferPool.builder("fake").maxBytes(1 << 10).settings(), books::opened);
    private final BufferChunk chunk = new BufferChunk(core, DirectBuffers.allocate(16), 0);

    @AfterEach
    void nothingIsReported() {
        assertThat(books.findings()).isEmpty();
        assertThat(books.failures()).isEmpty();
    }

    @Test
    void lastReleaseEndsTheGeneration() {
        int first = chunk.lease();
        assertThat(chunk.retain(first)).isTrue();
        assertThat(chunk.release()).isFalse();
        assertThat(chunk.release()).isTrue();
        assertThat(chunk.retain(first)).isFalse();

        int second = chunk.lease();
        assertThat(second).isNotEqualTo(first);
        assertThat(chunk.retain(first)).isFalse();
        assertThat(chunk.retain(second)).isTrue();
    }

    @Test
    void anchorOfAnEarlierLeaseProvesNothing() {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        Object early = chunk.anchor(queue, 1);
        BufferChunk.AnchorReference earlier = chunk.reference;
        chunk.lease();
        assertThat(chunk.release()).isTrue();
        assertThat(chunk.endDropped(earlier)).isFalse(); // idle

        Object late = chunk.anchor(queue, 2);
        chunk.lease();

        assertThat(late).isNotSameAs(early);
        assertThat(chunk.endDropped(earlier)).isFalse();
        assertThat(chunk.endDropped(chunk.reference)).isTrue();
        assertThat(chunk.endDropped(chunk.reference)).isFalse();
    }

    @Test
    void anchorIsTakenUpAgainWithinATick() {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        Object anchor = chunk.anchor(queue, 1);

        try {
            assertThat(chunk.anchor(queue, 1)).isSameAs(anchor);
            assertThat(chunk.anchor(queue, 2)).isNotSameAs(anchor);
        } finally {
            Reference.reachabilityFence(anchor);
        }
    }
}
