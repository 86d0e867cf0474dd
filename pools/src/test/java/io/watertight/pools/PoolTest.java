package io.watertight.pools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PoolTest {
    static final Duration LONG = Duration.ofSeconds(30);

    static final class Thing implements AutoCloseable {
        boolean closed;

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void acquiresUsesAndGivesBack() throws InterruptedException {
        AtomicInteger made = new AtomicInteger();
        try (Pool<Integer> pool = Pool.builder("things")
                .capacity(2)
                .allocator(made::incrementAndGet)
                .build()) {
            PoolLease<Integer> lease = pool.acquire(LONG);
            assertThat(lease.get()).isEqualTo(1);
            lease.close();

            assertThat(lease.isOpen()).isFalse();
            assertThatIllegalStateException().isThrownBy(lease::get).withMessageContaining("'things' is closed");
            int used = pool.with(LONG, thing -> thing + 10);
            assertThat(used).isEqualTo(11);
            assertThat(pool.stats().leases()).isEqualTo(2);
        }
    }

    @Test
    void objectsAreDestroyedOnClose() throws InterruptedException {
        Thing kept;
        try (Pool<Thing> pool =
                Pool.builder("things").capacity(2).allocator(Thing::new).build()) {
            try (PoolLease<Thing> lease = pool.acquire(LONG)) {
                kept = lease.get();
            }
        }

        assertThat(kept.closed).isTrue();
    }

    @Test
    void timeOutSaysWhoHoldsWhat() throws InterruptedException {
        try (Pool<Thing> pool =
                Pool.builder("things").capacity(1).allocator(Thing::new).build()) {
            PoolLease<Thing> held = pool.acquire(LONG);

            assertThatThrownBy(() -> pool.acquire(Duration.ofMillis(20)).close())
                    .isInstanceOf(PoolTimeoutException.class)
                    .hasMessageContaining("pool 'things': no object within 20 ms (capacity=1, alive=1, leased=1")
                    .hasMessageContaining("this thread itself holds 1 of them")
                    .hasMessageContaining("#0 held for")
                    .hasMessageContaining("by '" + Thread.currentThread().getName() + "', acquired at "
                            + PoolTest.class.getName() + ".timeOutSaysWhoHoldsWhat(PoolTest.java:");
            held.close();
        }
    }
}
