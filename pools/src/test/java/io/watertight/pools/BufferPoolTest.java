package io.watertight.pools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.watertight.guards.LeakDetector;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

class BufferPoolTest {
    private static final int KIB = 1024;

    private static BufferPool pool(long maxBytes) {
        return BufferPool.builder("net").maxBytes(maxBytes).build();
    }

    @Test
    void givesABufferOfExactlyTheSizeAskedFor() {
        try (BufferPool pool = pool(64 * KIB);
                PooledBuffer buffer = pool.acquire(1000)) {
            assertThat(buffer.size()).isEqualTo(1000);
            assertThat(buffer.buffer().isDirect()).isTrue();
            assertThat(buffer.buffer().capacity()).isEqualTo(1000);
            assertThat(buffer.get()).isSameAs(buffer.buffer());
            assertThat(pool.stats().leasedBytes()).isEqualTo(KIB);
        }
    }

    @Test
    @Tag("gc") // runs with a small heap, and so with little direct memory
    @EnabledForJreRange(max = JRE.JAVA_21) // later it is native memory, which the JVM does not bound
    void memoryThatCouldNotBeHadIsNotCounted() {
        try (BufferPool pool = pool(2L << 30)) {
            assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> pool.acquire(1 << 30));

            assertThat(pool.stats().leasedBytes()).isZero();
            assertThat(pool.stats().allocated()).isZero();
        }
    }

    @Test
    void memoryGoesToTheNextUserWithAFreshView() {
        try (BufferPool pool = pool(64 * KIB)) {
            PooledBuffer first = pool.acquire(1000);
            ByteBuffer kept = first.buffer().position(7);
            first.close();

            try (PooledBuffer second = pool.acquire(900)) {
                assertThat(pool.stats().allocated()).isEqualTo(1);
                assertThat(second.buffer()).isNotSameAs(kept);
                assertThat(second.buffer().position()).isZero();
                kept.position(3);
                assertThat(second.buffer().position()).isZero();
            }
        }
    }

    @Test
    void useAfterCloseIsRefused() {
        try (BufferPool pool = pool(64 * KIB)) {
            PooledBuffer buffer = pool.acquire(10);
            buffer.close();

            assertThat(buffer.isOpen()).isFalse();
            assertThatIllegalStateException()
                    .isThrownBy(buffer::buffer)
                    .withMessageContaining("buffer of pool 'net' (10 bytes) is closed");
            assertThatIllegalStateException().isThrownBy(buffer::retain).withMessageContaining("'net'");
            assertThatIllegalStateException().isThrownBy(() -> buffer.slice(0, 5));
            assertThatIllegalStateException().isThrownBy(() -> buffer.handOver(Thread.currentThread()));
        }
    }

    @Test
    void staleHandleIsRefusedWhenItsMemoryHasAnotherUser() {
        try (BufferPool pool = pool(64 * KIB)) {
            PooledBuffer first = pool.acquire(10);
            first.close();

            try (PooledBuffer second = pool.acquire(10)) {
                assertThatIllegalStateException().isThrownBy(first::buffer);
                assertThatIllegalStateException().isThrownBy(first::retain);
                assertThatIllegalStateException().isThrownBy(first::close); // STRICT, in this test
                assertThat(second.isOpen()).isTrue();
                assertThat(pool.stats().redundantCloses()).isEqualTo(1);
                assertThat(pool.stats().idleBytes()).isZero();
            }
        }
    }

    @Test
    void retainedAndSlicedMemoryIsKeptUntilTheLastHandleIsClosed() {
        try (BufferPool pool = pool(64 * KIB)) {
            PooledBuffer first = pool.acquire(100);
            first.buffer().put(42, (byte) 17);
            PooledBuffer retained = first.retain();
            PooledBuffer slice = retained.slice(40, 10);
            PooledBuffer part = slice.slice(2, 1);

            first.close();
            retained.close();
            slice.close();

            assertThat(pool.stats().handles()).isEqualTo(1);
            assertThat(pool.stats().idleBytes()).isZero();
            assertThat(part.buffer().capacity()).isEqualTo(1);
            assertThat(part.buffer().get(0)).isEqualTo((byte) 17);
            part.close();
            assertThat(pool.stats().idleBytes()).isEqualTo(256);
        }
    }

    @Test
    void sliceMustLieWithinItsBuffer() {
        try (BufferPool pool = pool(64 * KIB);
                PooledBuffer buffer = pool.acquire(100);
                PooledBuffer slice = buffer.slice(90, 10)) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> buffer.slice(91, 10));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> slice.slice(0, 11));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> slice.slice(-1, 1));
            assertThat(pool.stats().handles()).isEqualTo(2);
        }
    }

    @Test
    void fullPoolSaysWhoHoldsIt() {
        try (BufferPool pool = pool(KIB);
                PooledBuffer first = pool.acquire(512);
                PooledBuffer second = pool.acquire(512)) {
            assertThatExceptionOfType(BufferLimitException.class)
                    .isThrownBy(() -> pool.acquire(1).close())
                    .withMessageContaining("buffer pool 'net': no room for 1 bytes (max=1024, leased=1024, idle=0")
                    .withMessageContaining(" bytes in all, acquired at ");
            assertThat(pool.tryAcquire(1)).isNull();
            assertThat(pool.stats().refused()).isEqualTo(2);
            assertThat(pool.holders().stream().mapToLong(BufferHolder::bytes).sum())
                    .isEqualTo(KIB);
            assertThat(first.isOpen() && second.isOpen()).isTrue();
        }
    }

    @Test
    void roomIsMadeFromIdleMemoryOfOtherSizes() {
        try (BufferPool pool = pool(KIB)) {
            PooledBuffer small = pool.acquire(256);
            small.close();
            assertThat(pool.stats().idleBytes()).isEqualTo(256);

            try (PooledBuffer large = pool.acquire(KIB)) {
                assertThat(large.isOpen()).isTrue();
                assertThat(pool.stats().idleBytes()).isZero();
                assertThat(pool.stats().freed()).isEqualTo(1);
            }
        }
    }

    @Test
    void requestBeyondItsBoundIsRefused() {
        try (BufferPool pool = BufferPool.builder("net")
                .maxBytes(64 * KIB)
                .maxRequestBytes(KIB)
                .build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pool.acquire(KIB + 1).close())
                    .withMessage("bytes must be 1 to maxRequestBytes of buffer pool 'net', which is 1024: 1025");
            assertThatIllegalArgumentException().isThrownBy(() -> pool.tryAcquire(0));
            assertThat(pool.stats().allocated()).isZero();
        }
    }

    @Test
    void oversizeIsServedWithinTheBoundAndNotKept() {
        try (BufferPool pool =
                BufferPool.builder("net").maxBytes(64 * KIB).maxPooledBytes(KIB).build()) {
            try (PooledBuffer large = pool.acquire(60 * KIB)) {
                assertThat(pool.stats().leasedBytes()).isEqualTo(60 * KIB);
                assertThat(pool.tryAcquire(5 * KIB)).isNull();
                assertThat(large.size()).isEqualTo(60 * KIB);
            }
            assertThat(pool.stats().unpooled()).isEqualTo(1);
            assertThat(pool.stats().leasedBytes() + pool.stats().idleBytes()).isZero();
            assertThat(pool.stats().freed()).isEqualTo(1);
        }
    }

    @Test
    void noMoreIsKeptOfOneSizeThanItsBound() {
        try (BufferPool pool = BufferPool.builder("net")
                .maxBytes(64 * KIB)
                .maxIdleBytesPerSize(2 * KIB)
                .build()) {
            PooledBuffer[] buffers = new PooledBuffer[4];
            for (int i = 0; i < buffers.length; i++) {
                buffers[i] = pool.acquire(KIB);
            }
            for (PooledBuffer buffer : buffers) {
                buffer.close();
            }

            assertThat(pool.stats().idleBytes()).isEqualTo(2 * KIB);
            assertThat(pool.stats().freed()).isEqualTo(2);
        }
    }

    @Test
    void trimFreesAPart() {
        try (BufferPool pool = pool(64 * KIB)) {
            PooledBuffer[] buffers = new PooledBuffer[4];
            for (int i = 0; i < buffers.length; i++) {
                buffers[i] = pool.acquire(KIB);
            }
            for (PooledBuffer buffer : buffers) {
                buffer.close();
            }

            assertThat(pool.trim(0.5)).isEqualTo(2 * KIB);
            assertThat(pool.stats().idleBytes()).isEqualTo(2 * KIB);
            assertThat(pool.trim(0)).isZero();
            assertThat(pool.trim(1)).isEqualTo(2 * KIB);
            assertThatIllegalArgumentException().isThrownBy(() -> pool.trim(Double.NaN));
            assertThatIllegalArgumentException().isThrownBy(() -> pool.trim(1.1));
        }
    }

    @Test
    void worstCaseIsTheBoundAndWhatMayBeRetired() {
        try (BufferPool pool = BufferPool.builder("net")
                .maxBytes(64 * KIB)
                .maxRetiredBytes(KIB)
                .build()) {
            assertThat(pool.worstCaseBytes()).isEqualTo(65 * KIB);
        }
    }

    @Test
    void closeLetsHoldersFinish() throws InterruptedException {
        BufferPool pool = pool(64 * KIB);
        PooledBuffer idle = pool.acquire(512);
        PooledBuffer held = pool.acquire(10);
        idle.close();

        pool.close();
        pool.close();

        assertThat(pool.stats().idleBytes()).isZero();
        assertThatExceptionOfType(PoolClosedException.class)
                .isThrownBy(() -> pool.acquire(1).close())
                .withMessageContaining("buffer pool 'net' is closed");
        assertThat(held.buffer().put(0, (byte) 1).get(0)).isEqualTo((byte) 1);
        assertThat(pool.drain(Duration.ZERO)).isFalse();
        PooledBuffer retained = held.retain();
        held.close();
        retained.close();
        assertThat(pool.drain(Duration.ZERO)).isTrue();
        assertThat(pool.stats().freed()).isEqualTo(2);
    }

    @Test
    void drainWaitsForTheLastHandle() throws InterruptedException {
        BufferPool pool = pool(64 * KIB);
        PooledBuffer held = pool.acquire(10);
        Thread holder = new Thread(held::close, "holder");
        holder.start();

        assertThat(pool.drain(Duration.ofSeconds(30))).isTrue();
        holder.join();
    }

    @Test
    void contradictorySettingsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BufferPool.builder(" "))
                .withMessageContaining("name");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BufferPool.builder("net").maxBytes(255))
                .withMessageContaining("255");
        BufferPoolBuilder builder = BufferPool.builder("net").maxBytes(KIB);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.maxRequestBytes(KIB + 1))
                .withMessageContaining("1024: 1025");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxPooledBytes(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxIdleBytesPerSize(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxRetiredBytes(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.trimAfter(Duration.ZERO));
    }

    @Test
    void sizesWasteLessThanAQuarterOfTheRequest() {
        int before = 0;
        for (int i = 0; SizeClasses.sizeOf(i) < SizeClasses.LARGEST; i++) {
            int size = SizeClasses.sizeOf(i);
            assertThat(SizeClasses.indexOf(size)).isEqualTo(i);
            assertThat(SizeClasses.indexOf(before + 1)).isEqualTo(i);
            if (before != 0) {
                assertThat((double) size / (before + 1)).isLessThan(1.25);
            }
            before = size;
        }
        assertThat(SizeClasses.sizeOf(SizeClasses.indexOf(SizeClasses.LARGEST))).isEqualTo(SizeClasses.LARGEST);
    }

    @Test
    void poolsThemselvesAreTrackedAsTheirOwnType() {
        long before = LeakDetector.of("buffer pool").outstanding();
        try (BufferPool pool = pool(KIB)) {
            assertThat(LeakDetector.of("buffer pool").outstanding()).isEqualTo(before + 1);
            assertThat(pool).hasToString("BufferPool[net, max=1024 bytes]");
        }
        assertThat(LeakDetector.of("buffer pool").outstanding()).isEqualTo(before);
    }
}
