package io.watertight.guards;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A leak is found while acquisitions count down to their next sample. The countdown is plain, so the signal that ends it
 * may be overwritten by a decrement; still an acquisition that follows the signal is sampled, because the window is open.
 *
 * <p>Result: whether an acquisition after the signal is counted at a site of its own.
 */
@JCStressTest
@Outcome(id = "0", expect = ACCEPTABLE, desc = "The user ended before the signal.")
@Outcome(id = "1", expect = ACCEPTABLE, desc = "Sampled after the signal.")
@Outcome(expect = FORBIDDEN, desc = "The signal was lost for the rest of the countdown, up to 65,535 acquisitions.")
@State
public class SiteSamplerSignalJcstress {
    private static final VarHandle COUNTDOWN = countdown();
    private static final int ACQUISITIONS = 200;
    private static final int LEFT = 60_000;

    private final LeakRegistry registry = Fixture.newRegistry();
    private final SiteSampler sampler =
            new LeakDetectorBuilder("sampled", registry).build().sampler();
    private volatile boolean signalled;

    /** All stripes are far from their next sample, as after a long time without leaks. */
    public SiteSamplerSignalJcstress() {
        Arrays.fill((int[]) COUNTDOWN.get(sampler), LEFT);
    }

    private static VarHandle countdown() {
        try {
            return MethodHandles.privateLookupIn(SiteSampler.class, MethodHandles.lookup())
                    .findVarHandle(SiteSampler.class, "countdown", int[].class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    @Actor
    public void user(I_Result r) {
        for (int i = 0; i < ACQUISITIONS && !signalled; i++) {
            sampler.site();
        }
        if (signalled) {
            r.r1 = sampler.site().isAttributed() ? 1 : 2;
        }
    }

    @Actor
    public void finder() {
        sampler.signal();
        signalled = true;
    }

    /** Ends the countdown, and opens a window that nobody looks at before the countdown has ended. */
    @JCStressTest
    @JCStressMeta(SiteSamplerSignalJcstress.class)
    @State
    public static class BrokenWindowBehindCountdown {
        private int countdown = LEFT;
        private boolean window;
        private volatile boolean signalled;

        @Actor
        public void user(I_Result r) {
            for (int i = 0; i < ACQUISITIONS && !signalled; i++) {
                isSampled();
            }
            if (signalled) {
                r.r1 = isSampled() ? 1 : 2;
            }
        }

        private boolean isSampled() {
            int left = countdown;
            if (left > 0) {
                countdown = left - 1;
                return false;
            }
            return window;
        }

        @Actor
        public void finder() {
            window = true;
            countdown = 0;
            signalled = true;
        }
    }
}
