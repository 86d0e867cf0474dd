package io.watertight.pools;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.guards.Evidence;
import io.watertight.guards.LeakListener;
import io.watertight.guards.LeakReport;
import io.watertight.guards.Lease;
import io.watertight.guards.Watertight;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** In the scope of the leak check, where everything is STRICT. */
class BufferCanaryTest {
    private final List<LeakReport> reports = new CopyOnWriteArrayList<>();
    private final Lease<LeakListener> listening = Watertight.onLeak(reports::add);

    @AfterEach
    void stopListening() {
        listening.close();
    }

    private static BufferPool pool() {
        return BufferPool.builder("checked").maxBytes(1 << 16).build();
    }

    /** Keeps the view beyond close. */
    private static ByteBuffer guilty(BufferPool pool) {
        try (PooledBuffer buffer = pool.acquire(1000)) {
            return buffer.buffer();
        }
    }

    private void assertReported() {
        Watertight.pump();
        assertThat(reports).singleElement().satisfies(report -> {
            assertThat(report.evidence()).isEqualTo(Evidence.CLOSE_FAILED);
            assertThat(report.cause())
                    .isInstanceOf(WriteAfterReleaseException.class)
                    .hasMessageContaining("buffer pool 'checked': memory was written after its release")
                    .hasMessageContaining("first changed byte=999 of 1024")
                    .hasMessageContaining("acquired it at io.watertight.pools.BufferCanaryTest.guilty(");
        });
    }

    @Test
    void writeAfterReleaseIsFoundBeforeTheNextUse() {
        try (BufferPool pool = pool()) {
            ByteBuffer kept = guilty(pool);
            kept.put(999, (byte) 1);

            try (PooledBuffer next = pool.acquire(1000)) {
                assertReported();
                assertThat(pool.stats().writesAfterRelease()).isEqualTo(1);
                assertThat(pool.stats().allocated()).isEqualTo(2);
                kept.put(5, (byte) 77);
                assertThat(next.buffer().get(5)).isNotEqualTo((byte) 77);
            }
        }
    }

    @Test
    void writeAfterReleaseIsFoundByTrim() {
        try (BufferPool pool = pool()) {
            guilty(pool).put(999, (byte) 1);

            pool.trim(1);

            assertReported();
            assertThat(pool.stats().retiredBytes()).isEqualTo(1024);
        }
    }

    @Test
    void writeAfterReleaseIsFoundByClose() {
        BufferPool pool = pool();
        guilty(pool).put(999, (byte) 1);

        pool.close();

        assertReported();
    }

    @Test
    void readingAfterReleaseShowsThePattern() {
        try (BufferPool pool = pool()) {
            PooledBuffer buffer = pool.acquire(1000);
            ByteBuffer kept = buffer.buffer();
            kept.put(0, (byte) 'x').put(999, (byte) 'y');
            buffer.close();

            assertThat(kept.get(0)).isNotEqualTo((byte) 'x');
            assertThat(kept.get(999)).isNotEqualTo((byte) 'y');
        }
    }

    @Test
    void newMemoryIsNotZero() {
        try (BufferPool pool = pool();
                PooledBuffer buffer = pool.acquire(1003)) {
            for (int i = 0; i < 1003; i++) {
                assertThat(buffer.buffer().get(i)).isNotZero();
            }
        }
    }

    @Test
    void rightfulWritesAreNotReported() {
        try (BufferPool pool = pool()) {
            for (int i = 1; i < 100; i++) {
                try (PooledBuffer buffer = pool.acquire(i * 10)) {
                    buffer.buffer().put(new byte[i * 10]);
                }
            }
            pool.trim(1);
            Watertight.pump();
            assertThat(reports).isEmpty();
            assertThat(pool.stats().writesAfterRelease()).isZero();
        }
    }

    @Test
    void everyByteOfThePatternIsChecked() {
        ByteBuffer memory = ByteBuffer.allocateDirect(29);
        for (int i = 0; i < 29; i++) {
            Canary.fill(memory, 29);
            assertThat(Canary.firstChange(memory, 29)).isEqualTo(-1);
            memory.put(i, (byte) ~memory.get(i));
            assertThat(Canary.firstChange(memory, 29)).isEqualTo(i);
        }
        Canary.zero(memory, 29);
        for (int i = 0; i < 29; i++) {
            assertThat(memory.get(i)).isZero();
        }
    }
}
