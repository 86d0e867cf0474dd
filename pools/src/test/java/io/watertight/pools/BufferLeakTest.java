package io.watertight.pools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.watertight.guards.Evidence;
import io.watertight.guards.LeakListener;
import io.watertight.guards.LeakReport;
import io.watertight.guards.Lease;
import io.watertight.guards.Watertight;
import io.watertight.guards.internal.Books;
import io.watertight.testing.ExpectLeak;
import io.watertight.testing.GcBarrier;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gc")
class BufferLeakTest {
    private static final int KIB = 1024;
    private static final boolean FREED_BY_HAND = Runtime.version().feature() >= 22;

    private final List<LeakReport> reports = new CopyOnWriteArrayList<>();
    private final Lease<LeakListener> listening = Watertight.onLeak(reports::add);

    @AfterEach
    void stopListening() {
        listening.close();
    }

    private static BufferPool pool() {
        return BufferPool.builder("leaky").maxBytes(64 * KIB).build();
    }

    private static void collect() {
        assertThat(GcBarrier.await()).isTrue();
        Watertight.pump();
    }

    /** In a method of its own, so that no local variable keeps the handle. */
    private static ByteBuffer drop(BufferPool pool, int bytes) {
        return pool.acquire(bytes).buffer();
    }

    private List<LeakReport> proven(String type) {
        return reports.stream()
                .filter(report ->
                        report.evidence() == Evidence.GC_PROVEN && report.type().equals(type))
                .toList();
    }

    @Test
    @ExpectLeak(type = "leaky", at = "BufferLeakTest.drop")
    void droppedBufferIsReportedAndItsMemoryIsNobodysAgain() {
        try (BufferPool pool = pool()) {
            ByteBuffer kept = drop(pool, 1000);
            collect();

            assertThat(proven("leaky")).singleElement().satisfies(report -> {
                assertThat(report.bytes()).isEqualTo(1000);
                assertThat(report.message()).contains("acquired at io.watertight.pools.BufferLeakTest.drop(");
            });
            assertThat(pool.stats().leaked()).isEqualTo(1);
            assertThat(pool.stats().leasedBytes()).isZero();
            assertThat(pool.stats().retiredBytes()).isEqualTo(KIB);
            try (PooledBuffer next = pool.acquire(1000)) {
                next.buffer().put(0, (byte) 1);
                kept.put(0, (byte) 2);
                assertThat(next.buffer().get(0)).isEqualTo((byte) 1);
                assertThat(pool.stats().allocated()).isEqualTo(2);
            }
        }
    }

    @Test
    @ExpectLeak(type = "leaky", at = "dropSlice")
    void droppedSliceIsReportedAndRetiresTheWholeBlock() {
        try (BufferPool pool = pool()) {
            dropSlice(pool);
            collect();

            assertThat(proven("leaky"))
                    .singleElement()
                    .extracting(LeakReport::bytes)
                    .isEqualTo(10L);
            assertThat(pool.stats().leaked()).isEqualTo(1);
            assertThat(pool.stats().idleBytes() + pool.stats().leasedBytes()).isZero();
        }
    }

    private static void dropSlice(BufferPool pool) {
        try (PooledBuffer buffer = pool.acquire(1000)) {
            buffer.slice(10, 10);
        }
    }

    @Test
    @ExpectLeak(type = "leaky", at = "dropRetained")
    void oneDroppedHandleIsReportedWhileAnotherIsInUse() {
        try (BufferPool pool = pool()) {
            PooledBuffer used = dropRetained(pool);
            collect();

            assertThat(proven("leaky")).hasSize(1);
            assertThat(pool.stats().leaked()).isZero();
            used.buffer().put(0, (byte) 1);
            used.close();
            assertThat(pool.stats().idleBytes()).isZero();
            collect();
            assertThat(pool.stats().leaked()).isEqualTo(1);
            assertThat(used.isOpen()).isFalse(); // kept, and hides nothing
        }
    }

    private static PooledBuffer dropRetained(BufferPool pool) {
        PooledBuffer buffer = pool.acquire(1000);
        buffer.retain();
        return buffer;
    }

    @Test
    @ExpectLeak(type = "leaky", at = "BufferLeakTest.drop", count = 2)
    void leakedMemoryBeyondItsAllowanceTakesFromTheBound() {
        try (BufferPool pool =
                BufferPool.builder("leaky").maxBytes(KIB).maxRetiredBytes(256).build()) {
            ByteBuffer one = drop(pool, 256);
            collect();
            assertThat(pool.stats().leaked()).isEqualTo(1);
            pool.acquire(KIB).close(); // the pool has healed

            ByteBuffer other = drop(pool, 256);
            collect();

            assertThat(pool.stats().retiredBytes()).isEqualTo(512);
            assertThat(pool.tryAcquire(KIB)).isNull();
            pool.acquire(768).close();
            assertThatExceptionOfType(BufferLimitException.class)
                    .isThrownBy(() -> pool.acquire(KIB).close())
                    .withMessageContaining("retired=512 of which 256 are allowed for");
            assertThat(one.capacity() + other.capacity()).isEqualTo(512);
        }
    }

    @Test
    @ExpectLeak(type = "leaky", at = "BufferLeakTest.drop")
    void leakedMemoryEndsAfterItsLastViewOrItsPool() {
        BufferPool pool = pool();
        try (pool) {
            ByteBuffer part = drop(pool, 1000).duplicate().slice(0, 10);
            collect();
            collect();
            assertThat(pool.stats().retiredBytes()).isEqualTo(KIB);
            part.put(0, (byte) 1); // memory that is there

            part = null;
            collect();
            assertThat(pool.stats().retiredBytes()).isEqualTo(FREED_BY_HAND ? KIB : 0);
        }
        assertThat(pool.stats().retiredBytes()).isZero();
    }

    @Test
    @ExpectLeak(type = "buffer pool")
    void droppedPoolIsReportedAndEnds() {
        BufferCore core =
                new BufferCore(BufferPool.builder("leaky").maxBytes(64 * KIB).settings(), Books::open);
        PooledBuffer held = openAndDrop(core);
        collect();

        assertThat(proven("buffer pool")).hasSize(1);
        assertThat(core.isClosedNow()).isTrue();
        assertThat(core.stats().idleBytes()).isZero();
        held.buffer().put(0, (byte) 1);
        held.close();
        assertThat(core.stats().leasedBytes()).isZero();
        assertThat(core.stats().freed()).isEqualTo(2);
        assertThat(Watertight.outstanding().total("leaky")).isZero();
    }

    private static PooledBuffer openAndDrop(BufferCore core) {
        BufferPool pool = BufferPool.of(core);
        PooledBuffer held = pool.acquire(10);
        pool.acquire(1000).close();
        return held;
    }

    @Test
    @ExpectLeak(type = "bump arena", at = "dropArena")
    void droppedArenaIsReported() {
        dropArena();
        collect();

        assertThat(proven("bump arena"))
                .singleElement()
                .extracting(LeakReport::bytes)
                .isEqualTo(100L);
    }

    private static void dropArena() {
        BumpArena.of(100).allocate(10);
    }

    @Test
    void whatIsClosedIsNeverTakenForALeak() {
        try (BufferPool pool = pool()) {
            for (int round = 0; round < 5; round++) {
                for (int i = 0; i < 1_000; i++) {
                    PooledBuffer buffer = pool.acquire(1 + i % 1_000);
                    PooledBuffer slice = buffer.slice(0, 1);
                    buffer.close();
                    slice.close();
                }
                collect();
            }

            assertThat(reports).isEmpty();
            assertThat(pool.stats().leaked()).isZero();
            assertThat(pool.stats().handles()).isZero();
            assertThat(pool.stats().retiredBytes()).isZero();
        }
    }
}
