package io.watertight.pools;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.guards.LeakDetector;
import io.watertight.guards.TrackingLevel;
import io.watertight.testing.AllocationMode;
import io.watertight.testing.Allocations;
import org.junit.jupiter.api.Test;

/**
 * What buffers and arenas themselves cost the collector, in bytes with compressed references: at level OFF, where a guard has no
 * record and no leak check sees it, and with a clock that stands still, because the anchor is renewed with each tick.
 */
class BufferAllocationTest {
    private static final int VIEW = 64;
    private static final int HANDLE = 40;
    private static final int GUARD = 24;
    private static final int SLICE = 24;

    /** Escapes, so that no compiler removes the handle. */
    private static volatile Object sink;

    @Test
    void aBufferCostsItsHandleItsGuardAndItsView() {
        LeakDetector off = LeakDetector.of("fake, off");
        off.level(TrackingLevel.OFF);
        ManualBooks books = new ManualBooks(off);
        BufferCore core =
                new BufferCore(BufferPool.builder("fake").maxBytes(1 << 20).settings(), books::opened);

        Allocations.assertAllocatesAtMost(VIEW + HANDLE + GUARD, AllocationMode.STEADY, () -> {
            PooledBuffer buffer = core.tryAcquire(1_000);
            sink = buffer;
            buffer.close();
        });
        core.close();
        assertThat(books.findings()).isEmpty();
        assertThat(books.failures()).isEmpty();
    }

    @Test
    void useAllocatesNothing() {
        try (BufferPool pool = BufferPool.builder("used").maxBytes(1 << 20).build();
                PooledBuffer buffer = pool.acquire(1_000)) {
            Allocations.assertAllocatesAtMost(0, AllocationMode.STEADY, () -> sink = buffer.buffer());
        }
    }

    @Test
    void aPieceOfAnArenaCostsItsHandleAndItsView() {
        try (BumpArena arena = BumpArena.of(1 << 16)) {
            Allocations.assertAllocatesAtMost(VIEW + SLICE, AllocationMode.STEADY, () -> {
                sink = arena.allocate(1_000);
                arena.reset();
            });
        }
    }
}
