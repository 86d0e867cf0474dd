package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * The last callback of a child is unregistered while another one is registered. The parent knows the child exactly once as long
 * as that has a callback, and not at all when it has none.
 *
 * <p>Results: how often the parent knows the child, how often the new callback ran once the parent is cancelled, and how often
 * the parent knows the child when that callback is gone, too.
 */
@JCStressTest
@Outcome(id = "1, 1, 0", expect = ACCEPTABLE, desc = "Linked once, whoever was first.")
@Outcome(expect = FORBIDDEN, desc = "The link was lost, or made twice, or stays for ever.")
@State
public class CancelTokenLinkJcstress {
    private final TokenFixture fixture = new TokenFixture();
    private final CancelSource parent = new CancelSource();
    private final CancelSource child = new CancelSource(parent.token());
    private final CancelToken.Registration registration = child.token().onCancel(() -> {});

    @Actor
    public void leaves() {
        registration.unregister();
    }

    @Actor
    public void comes() {
        child.token().onCancel(fixture::ran);
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r1 = parent.token().callbacks();
        parent.cancel(TokenFixture.ONE);
        r.r2 = fixture.runs.get();
        r.r3 = parent.token().callbacks() + child.token().callbacks();
    }

    /** Decides after the list was left whether it is empty, and later unlinks. */
    @JCStressTest
    @JCStressMeta(CancelTokenLinkJcstress.class)
    @State
    public static class BrokenLinkOutsideTheLock {
        private final TokenFixture fixture = new TokenFixture();
        private final CancelSource parent = new CancelSource();
        private final CancelSource child = new CancelSource();
        private final CancelToken.Registration registration = child.token().onCancel(() -> {});
        private volatile CancelToken.Registration upward =
                parent.token().onCancel(() -> child.cancel(TokenFixture.ONE));

        @Actor
        public void leaves() {
            registration.unregister();
            if (child.token().callbacks() == 0) {
                fixture.dawdle();
                upward.unregister();
            }
        }

        @Actor
        public void comes() {
            fixture.dawdle();
            boolean first = child.token().callbacks() == 0;
            child.token().onCancel(fixture::ran);
            if (first) {
                upward = parent.token().onCancel(() -> child.cancel(TokenFixture.ONE));
            }
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r1 = parent.token().callbacks();
            parent.cancel(TokenFixture.ONE);
            r.r2 = fixture.runs.get();
            r.r3 = parent.token().callbacks() + child.token().callbacks();
        }
    }
}
