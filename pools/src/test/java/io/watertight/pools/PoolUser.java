package io.watertight.pools;

import io.watertight.guards.Watertight;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What an application does with a pool before it is undeployed; see {@link PoolClassLoaderTest}. */
public final class PoolUser {
    private static final Duration LONG = Duration.ofSeconds(30);

    private PoolUser() {}

    /**
     * Uses everything once.
     *
     * @throws Exception if something does not work
     */
    public static void use() throws Exception {
        try (Pool<Object> pool = Pool.builder("undeployed")
                .capacity(2)
                .allocator(Object::new)
                .prefill(1)
                .maxIdle(LONG)
                .overdueAfter(LONG)
                .build()) {
            pool.awaitReady(LONG);
            pool.acquire(LONG).close();
            pool.with(LONG, Object::hashCode);
            pool.release(pool.acquireTicket(LONG));
            CompletableFuture<PoolLease<Object>> later = pool.acquireAsync(LONG, task -> new Thread(task).start());
            later.join().close();
            pool.resize(1);
            Watertight.pump();
        }
        Watertight.shutdown();
    }
}
