package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Loads, and the executors that are to run them. */
@Timeout(120)
class LeasedExecutorTest extends LoadingFixture {
    @Test
    void aLoaderThatIsBlockedInASocketReadIsFreedByClosingIt() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                LeasedCache<String, Resource> cache = cache().loader((key, load) -> {
                            try (Socket socket = new Socket(silent.getInetAddress(), silent.getLocalPort())) {
                                load.closeOnCancel(socket);
                                InputStream in = socket.getInputStream();
                                return in.read() < 0 ? null : make(key);
                            }
                        })
                        .build()) {
            assertThatThrownBy(() -> cache.acquire("a", Duration.ofMillis(50)))
                    .isInstanceOf(LoadTimeoutException.class);
            await(() -> cache.stats().inFlight() == 0);
        }
    }

    @Test
    void whatFreesLoadersRunsThoughTheyHoldAllThreads() throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                LeasedCache<String, Resource> cache = cache().executor(one)
                        .loader((key, load) -> {
                            try (Socket socket = new Socket(silent.getInetAddress(), silent.getLocalPort())) {
                                load.closeOnCancel(socket);
                                return socket.getInputStream().read() < 0 ? null : make(key);
                            }
                        })
                        .build()) {
            assertThatThrownBy(() -> cache.acquire("a", Duration.ofMillis(50)))
                    .isInstanceOf(LoadTimeoutException.class);
            await(() -> cache.stats().inFlight() == 0);
        } finally {
            one.shutdownNow();
        }
        assertThat(one.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void aLoaderThatCannotWaitForAnotherHoldsNothingOfIt() throws Exception {
        AtomicReference<LeasedCache<String, Resource>> self = new AtomicReference<>();
        Executor untilItWaits = body -> {
            Thread thread = new Thread(body, "loader");
            thread.start();
            await(() -> thread.getState() == Thread.State.TIMED_WAITING || !thread.isAlive());
        };
        CountDownLatch b = new CountDownLatch(1);
        try (LeasedCache<String, Resource> cache = cache().executor(untilItWaits)
                .loader((key, load) -> {
                    try (CacheLease<Resource> other = self.get().acquire(key.equals("a") ? "b" : "a")) {
                        return make(key + " of " + Objects.requireNonNull(other).get().name);
                    } catch (IllegalStateException cycle) {
                        b.await(); // interrupted by nobody
                        return make(key + " alone");
                    }
                })
                .build()) {
            self.set(cache);
            FutureTask<String> asking = start(() -> cache.<String, RuntimeException>with("a", value -> value.name));
            await(() -> cache.stats().inFlight() == 1); // the load of b was cancelled, as nobody can wait for it
            b.countDown();

            assertThat(asking.get()).isEqualTo("a alone");
            await(() -> cache.stats().inFlight() == 0);
            assertThat(cache.stats().leases()).isZero();
            assertThat(cache.keys()).containsExactly("a");
        }
    }

    @Test
    void anExecutorThatRefusesWhatItHasTakenRunsNothing() throws Exception {
        Queue<Runnable> taken = new ConcurrentLinkedQueue<>();
        try (LeasedCache<String, Resource> cache = cache().maxInFlight(1)
                .executor(body -> {
                    taken.add(body);
                    throw new RejectedExecutionException("after all");
                })
                .loader(this::makeSlowly)
                .build()) {
            assertThatThrownBy(() -> cache.acquire("a")).isInstanceOf(LoadFailedException.class);
            taken.remove().run();

            assertThat(calls).hasValue(0);
            assertThat(cache.stats().inFlight()).isZero();
            assertThat(cache.stats().open()).isZero();
        }
    }

    @Test
    void anExecutorThatFailsAfterItHasRunTheLoadChangesNothing() throws Exception {
        try (LeasedCache<String, Resource> cache = cache().executor(body -> {
                    body.run();
                    throw new IllegalStateException("too late");
                })
                .loader((key, load) -> make(key))
                .build()) {
            assertThat(cache.<String, RuntimeException>with("a", value -> value.name))
                    .isEqualTo("a");
            assertThat(cache.stats().inFlight()).isZero();
            assertThat(cache.stats().leases()).isZero();
        }
    }

    @Test
    void aLoaderThatAsksForItsOwnKeyIsTold() throws Exception {
        List<LeasedCache<String, Resource>> self = new ArrayList<>();
        try (LeasedCache<String, Resource> cache = cache().loader((key, load) -> {
                    String next = key.equals("a") ? "b" : "a";
                    try (CacheLease<Resource> other = self.get(0).acquire(next)) {
                        return make(key + Objects.requireNonNull(other).get());
                    }
                })
                .build()) {
            self.add(cache);
            assertThatThrownBy(() -> cache.acquire("a"))
                    .isInstanceOf(LoadFailedException.class)
                    .rootCause()
                    .hasMessageContaining("asks the cache for that same key, by way of another");
        }
    }

    @Test
    void anExecutorThatRefusesLosesNothing() throws Exception {
        Executor refusing = body -> {
            throw new RejectedExecutionException("full");
        };
        try (LeasedCache<String, Resource> cache = cache().maxInFlight(1)
                .maxOpen(2)
                .executor(refusing)
                .loader(this::makeSlowly)
                .build()) {
            for (int i = 0; i < 5; i++) {
                String key = "k" + i;
                assertThatThrownBy(() -> cache.acquire(key))
                        .isInstanceOf(LoadFailedException.class)
                        .hasRootCauseMessage("full");
            }
            assertThat(cache.stats().inFlight()).isZero();
        }
    }

    @Test
    void anExecutorThatForgetsItsTasksCostsNoPlace() throws Exception {
        try (LeasedCache<String, Resource> cache = cache().maxInFlight(1)
                .maxOpen(2)
                .loadTimeout(Duration.ofMillis(20))
                .executor(body -> {})
                .loader(this::makeSlowly)
                .build()) {
            for (int i = 0; i < 5; i++) {
                String key = "k" + i;
                assertThatThrownBy(() -> cache.acquire(key)).isInstanceOf(LoadTimeoutException.class);
            }
            assertThat(cache.stats().inFlight()).isZero();
        }
    }

    @Test
    void theCallersThreadCanLoad() throws Exception {
        try (LeasedCache<String, Resource> cache = cache().executor(Runnable::run)
                .loader((key, load) -> {
                    assertThat(load.remaining()).isPositive();
                    return make(Thread.currentThread().getName());
                })
                .build()) {
            assertThat(cache.<String, RuntimeException>with("a", value -> value.name))
                    .isEqualTo(Thread.currentThread().getName());
        }
    }
}
