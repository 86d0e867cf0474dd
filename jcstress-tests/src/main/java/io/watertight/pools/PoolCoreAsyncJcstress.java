package io.watertight.pools;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.watertight.pools.Fixture.Thing;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * Somebody who waits with a future cancels it at the moment the object is granted. Either the lease is his, or the object is
 * idle again.
 *
 * <p>Results: whether the cancellation was accepted, the tag of the slot, and whether everything adds up.
 */
@JCStressTest
@Outcome(
        id = "true, 2, sound",
        expect = ACCEPTABLE,
        desc = "Cancelled: the object is idle, now or when it was refused.")
@Outcome(id = "false, 3, sound", expect = ACCEPTABLE, desc = "Too late to cancel: the lease is there.")
@Outcome(expect = FORBIDDEN, desc = "An object granted to nobody, or cancelled and delivered.")
@State
public class PoolCoreAsyncJcstress {
    private final Fixture pool = Fixture.idle(1);
    private final PoolLease<Thing> lease = pool.lease();
    private final AsyncWaiter<Thing> waiter =
            new AsyncWaiter<>(pool.core, Fixture.LEASED, Long.MAX_VALUE, Runnable::run);

    public PoolCoreAsyncJcstress() {
        pool.core.dispatcher.enqueue(waiter);
    }

    @Actor
    public void releaser() {
        lease.close();
    }

    @Actor
    public void canceller(LLL_Result r) {
        r.r1 = waiter.future.cancel(false);
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r2 = pool.tag(0);
        r.r3 = pool.audit();
    }

    /** Looks whether the future is cancelled, and delivers without looking at whether that was accepted. */
    @JCStressTest
    @JCStressMeta(PoolCoreAsyncJcstress.class)
    @State
    public static class BrokenDelivery {
        private final Fixture pool = Fixture.idle(1);
        private final PoolLease<Thing> lease = pool.lease();
        private final CompletableFuture<PoolLease<Thing>> future = new CompletableFuture<>();

        @Actor
        public void releaser() {
            boolean cancelled = future.isDone();
            pool.dawdle();
            if (cancelled) {
                lease.close();
            } else {
                future.complete(lease.handOver());
            }
        }

        @Actor
        public void canceller(LLL_Result r) {
            r.r1 = future.cancel(false);
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r2 = pool.tag(0);
            r.r3 = pool.audit();
        }
    }
}
