package io.watertight.pools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.watertight.pools.PoolFixture.Thing;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What each form of a lease does, and refuses. */
class PoolLeaseTest {
    private static final Executor THREADS = task -> new Thread(task).start();

    @Test
    void secondCloseHasNoEffectAndIsCounted() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1)) {
            PoolLease<Thing> first = fixture.acquire();
            first.close();
            PoolLease<Thing> second = fixture.acquire();

            first.close();

            assertThat(second.isOpen()).isTrue();
            assertThat(second.get().number).isZero();
            assertThat(fixture.pool.stats().redundantCloses()).isEqualTo(1);
            assertThat(fixture.pool.stats().leased()).isEqualTo(1);
            second.close();
        }
    }

    @Test
    void staleHandleIsRefusedWhoeverHasTheObject() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1)) {
            PoolLease<Thing> stale = fixture.acquire();
            stale.close();
            PoolLease<Thing> present = fixture.acquire();

            assertThatIllegalStateException()
                    .isThrownBy(stale::get)
                    .withMessage("lease of pool 'things' is closed; it cannot be used any more: close it only after the"
                            + " last use of its object");
            assertThatIllegalStateException().isThrownBy(stale::detach);
            assertThatIllegalStateException().isThrownBy(stale::handOver);
            stale.invalidate(new IOException());
            assertThat(present.isOpen()).isTrue();
            present.close();
            assertThat(fixture.things.made().get(0).ends).hasValue(0);
        }
    }

    @Test
    void invalidatedObjectIsDestroyedAndAnotherMade() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1)) {
            PoolLease<Thing> lease = fixture.acquire();
            Thing broken = lease.get();
            lease.invalidate(new IOException("broken pipe"));
            lease.close();

            try (PoolLease<Thing> next = fixture.acquire()) {
                assertThat(next.get()).isNotSameAs(broken);
            }
            assertThat(broken.ends).hasValue(1);
            assertThat(fixture.pool.stats().redundantCloses()).isZero();
        }
    }

    @Test
    void detachedObjectBelongsToTheCallerAndAnotherIsMade() throws InterruptedException {
        Thing mine;
        try (PoolFixture fixture = new PoolFixture(1)) {
            PoolLease<Thing> lease = fixture.acquire();
            mine = lease.detach();

            assertThat(lease.isOpen()).isFalse();
            assertThatIllegalStateException().isThrownBy(lease::detach).withMessageContaining("nothing to detach");
            try (PoolLease<Thing> next = fixture.acquire()) {
                assertThat(next.get()).isNotSameAs(mine);
            }
        }

        assertThat(mine.ends).hasValue(0);
    }

    @Test
    void ticketsAreExact() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(2)) {
            long first = fixture.pool.acquireTicket(PoolFixture.LONG);
            assertThat(fixture.pool.get(first).number).isZero();
            fixture.pool.release(first);
            long second = fixture.pool.tryAcquireTicket();

            assertThat(second).isNotZero().isNotEqualTo(first);
            assertThatIllegalStateException()
                    .isThrownBy(() -> fixture.pool.get(first))
                    .withMessageContaining("of pool 'things' is not valid: it was released, or never given out here");
            assertThatIllegalStateException().isThrownBy(() -> fixture.pool.release(first));
            assertThatIllegalStateException().isThrownBy(() -> fixture.pool.invalidate(first, new IOException()));
            assertThatIllegalStateException().isThrownBy(() -> fixture.pool.release(0));
            assertThatIllegalStateException().isThrownBy(() -> fixture.pool.release(-1));
            assertThat(fixture.pool.get(second).number).isZero();
            fixture.pool.invalidate(second, new IOException());
            fixture.await(() -> fixture.core.dispatcher.alive() == 0);
            assertThat(fixture.things.made().get(0).ends).hasValue(1);
        }
    }

    @Test
    void objectIsGivenBackWhenItsUseThrows() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1)) {
            assertThatThrownBy(() -> fixture.pool.with(PoolFixture.LONG, thing -> {
                        throw new IOException("used");
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessage("used");
            assertThatThrownBy(() -> fixture.pool.with(PoolFixture.LONG, thing -> {
                        throw new StackOverflowError();
                    }))
                    .isInstanceOf(StackOverflowError.class);

            assertThat(fixture.pool.stats().idle()).isEqualTo(1);
        }
    }

    @Test
    void waitersAreServedInTheOrderOfArrival() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1)) {
            PoolLease<Thing> held = fixture.acquire();
            CompletableFuture<PoolLease<Thing>> first = fixture.pool.acquireAsync(PoolFixture.LONG, THREADS);
            CompletableFuture<PoolLease<Thing>> second = fixture.pool.acquireAsync(PoolFixture.LONG, THREADS);

            held.close();
            try (PoolLease<Thing> lease = first.join()) {
                assertThat(fixture.pool.tryAcquire()).as("a newcomer").isNull();
                assertThat(second).isNotDone();
                assertThat(lease.isOpen()).isTrue();
            }
            second.join().close();
        }
    }

    @Test
    void cancelledFutureStopsWaiting() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1)) {
            PoolLease<Thing> held = fixture.acquire();
            CompletableFuture<PoolLease<Thing>> waiting = fixture.pool.acquireAsync(PoolFixture.LONG, THREADS);
            waiting.cancel(false);
            fixture.books.pass(Duration.ofMillis(100));

            assertThat(fixture.pool.stats().waiting()).isZero();
            held.close();
            assertThat(fixture.pool.stats().idle()).isEqualTo(1);
        }
    }

    @Test
    void futureTimesOutWithTheSameMessage() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1)) {
            PoolLease<Thing> held = fixture.acquire();
            CompletableFuture<PoolLease<Thing>> waiting = fixture.pool.acquireAsync(Duration.ofSeconds(1), THREADS);
            fixture.books.pass(Duration.ofSeconds(1));
            assertThat(waiting).isNotDone();
            fixture.books.pass(Duration.ofMillis(100));

            assertThatThrownBy(waiting::join)
                    .hasCauseInstanceOf(PoolTimeoutException.class)
                    .hasMessageContaining("pool 'things': no object within 1000 ms (capacity=1");
            held.close();
        }
    }

    @Test
    void executorThatRefusesLosesNoObject() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1)) {
            CompletableFuture<PoolLease<Thing>> refused = fixture.pool.acquireAsync(PoolFixture.LONG, task -> {
                throw new RejectedExecutionException("full");
            });

            assertThatThrownBy(refused::join).hasRootCauseMessage("full");
            assertThat(fixture.pool.stats().idle()).isEqualTo(1);
        }
    }

    @Test
    void interruptedWaiterLeavesTheQueue() throws Exception {
        try (PoolFixture fixture = new PoolFixture(1)) {
            PoolLease<Thing> held = fixture.acquire();
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Thread waiting = new Thread(() -> {
                try {
                    fixture.pool.acquire(PoolFixture.LONG).close();
                    thrown.complete(new AssertionError("not interrupted"));
                } catch (Throwable expected) {
                    thrown.complete(expected);
                }
            });
            waiting.start();
            waiting.interrupt();

            assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
            waiting.join();
            assertThat(fixture.pool.stats().waiting()).isZero();
            held.close();
            assertThat(fixture.pool.stats().idle()).isEqualTo(1);
        }
    }

    @Test
    void interruptedThreadGetsWhatIsIdleAndStaysInterrupted() throws InterruptedException {
        try (PoolFixture fixture = new PoolFixture(1, builder -> builder.prefill(1))) {
            fixture.pool.awaitReady(PoolFixture.LONG);
            Thread.currentThread().interrupt();

            fixture.acquire().close();

            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void leaseClosesOnAnotherThread() throws Exception {
        try (PoolFixture fixture = new PoolFixture(1)) {
            PoolLease<Thing> lease = fixture.acquire();
            CountDownLatch closed = new CountDownLatch(1);
            Thread other = new Thread(() -> {
                lease.close();
                closed.countDown();
            });
            lease.handOver(other);
            other.start();
            closed.await();
            other.join();

            assertThat(lease.isOpen()).isFalse();
            assertThat(fixture.pool.stats().idle()).isEqualTo(1);
        }
    }

    @Test
    void badArgumentsAreNamed() {
        try (PoolFixture fixture = new PoolFixture(1)) {
            BoundedPool<Thing> pool = fixture.pool;
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pool.acquire(Duration.ofNanos(-1)).close())
                    .withMessage("timeout must not be negative: PT-0.000000001S");
            assertThatNullPointerException()
                    .isThrownBy(() -> pool.acquire(nullOf()).close());
            assertThatNullPointerException().isThrownBy(() -> pool.with(PoolFixture.LONG, nullOf()));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> pool.resize(0))
                    .withMessage("capacity must be 1 to 65535: 0");
            assertThatIllegalArgumentException().isThrownBy(() -> pool.resize(65_536));
            assertThatNullPointerException()
                    .isThrownBy(() -> pool.evict(nullOf()))
                    .withMessage("test");
            assertThatNullPointerException()
                    .isThrownBy(() -> pool.replaceAllocator(nullOf()))
                    .withMessage("allocator");
            assertThatIllegalArgumentException().isThrownBy(() -> Pool.builder(" "));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Pool.builder("x").capacity(0))
                    .withMessageContaining("capacity");
            PoolBuilder<Thing> builder = Pool.builder("x").capacity(2).allocator(fixture.things);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.prefill(3))
                    .withMessage("prefill must be 0 to the capacity (2): 3");
            assertThatIllegalArgumentException().isThrownBy(() -> builder.maxIdle(Duration.ZERO));
            assertThatIllegalArgumentException().isThrownBy(() -> builder.lifetimeSpread(Double.NaN));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.backOff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                    .withMessage("first (PT2S) must not be longer than longest (PT1S)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.revocable(Thing.class))
                    .withMessageContaining("type must be an interface");
        }
        assertThat(Duration.ofSeconds(Long.MAX_VALUE)).satisfies(forEver -> {
            try (PoolFixture fixture = new PoolFixture(1)) {
                fixture.pool.acquire(forEver).close();
            }
        });
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what users without a null checker do
    private static <T> T nullOf() {
        return null;
    }
}
