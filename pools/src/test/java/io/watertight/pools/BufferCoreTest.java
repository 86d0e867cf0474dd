package io.watertight.pools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.watertight.guards.LeakDetector;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What depends on time, and on the end of everything. */
class BufferCoreTest {
    private static final int KIB = 1024;

    private final ManualBooks books = new ManualBooks(LeakDetector.of("fake"));
    private final BufferCore core = new BufferCore(
            BufferPool.builder("fake")
                    .maxBytes(64 * KIB)
                    .trimAfter(Duration.ofSeconds(10))
                    .settings(),
            books::opened);

    @AfterEach
    void close() {
        core.close();
        assertThat(books.findings()).isEmpty();
        assertThat(books.failures()).isEmpty();
    }

    private PooledBuffer acquire(int bytes) {
        PooledBuffer buffer = core.tryAcquire(bytes);
        assertThat(buffer).isNotNull();
        return buffer;
    }

    @Test
    void whatWasIdleForLongIsFreed() {
        PooledBuffer one = acquire(KIB);
        PooledBuffer other = acquire(KIB);
        one.close();
        books.advance(Duration.ofSeconds(5));
        other.close();

        books.advance(Duration.ofMillis(4_900));
        core.step(false);
        assertThat(core.stats().freed()).isZero();

        books.advance(Duration.ofSeconds(1));
        core.step(false);
        assertThat(core.stats().freed()).isEqualTo(1);

        books.advance(Duration.ofSeconds(5));
        core.step(false);
        assertThat(core.stats().freed()).isEqualTo(2);
        assertThat(core.stats().idleBytes()).isZero();
    }

    @Test
    void whatIsUsedAgainAndAgainIsKept() {
        PooledBuffer spare = acquire(KIB);
        acquire(KIB).close();
        spare.close();
        for (int i = 0; i < 20; i++) {
            books.advance(Duration.ofSeconds(1));
            acquire(KIB).close();
            core.step(false);
        }

        assertThat(core.stats().allocated()).isEqualTo(2);
        assertThat(core.stats().freed()).isEqualTo(1);
        assertThat(core.stats().idleBytes()).isEqualTo(KIB);
    }

    @Test
    void booksAreClosedWhenTheLastBufferCameBack() {
        PooledBuffer held = acquire(KIB);
        PooledBuffer slice = held.slice(0, 1);
        core.close();
        assertThat(books.isClosed()).isFalse();

        held.close();
        assertThat(books.isClosed()).isFalse();
        slice.close();

        assertThat(books.isClosed()).isTrue();
        assertThatExceptionOfType(PoolClosedException.class).isThrownBy(() -> core.tryAcquire(1));
    }

    @Test
    void booksOfAnUnusedPoolAreClosedAtOnce() {
        core.close();

        assertThat(books.isClosed()).isTrue();
    }
}
