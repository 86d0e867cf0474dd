package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * The watchdog finds an executor without threads, and takes it off its list, while the executor gets one. The executor is on the
 * list then, once.
 *
 * <p>Result: how often.
 */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "It stayed on the list, or was put there again.")
@Outcome(expect = FORBIDDEN, desc = "Nobody watches it any more, or it is reported twice.")
@State
public class ExecutorWatchDoneJcstress {
    private final Watchdog watchdog = new Watchdog(() -> 0, thread -> {});
    private final ExecutorFixture executor = new ExecutorFixture(new WatchSettings(1, null, watchdog));
    private final TaskWorker worker = new TaskWorker(executor.core, 1);

    public ExecutorWatchDoneJcstress() {
        executor.threadAdded(); // which has ended since
    }

    @Actor
    public void executor() {
        executor.core.workers.add(worker);
        executor.threadAdded();
    }

    @Actor
    public void watchdog() {
        watchdog.scan();
    }

    @Arbiter
    public void arbiter(I_Result r) {
        r.r1 = watchdog.watchedNow();
    }

    /** Does not look again for threads when it is off the list. A model of the list. */
    @JCStressTest
    @JCStressMeta(ExecutorWatchDoneJcstress.class)
    @State
    public static class BrokenNoSecondLook {
        private final ExecutorFixture executor = new ExecutorFixture();
        private final TaskWorkers workers = new TaskWorkers();
        private final TaskWorker worker = new TaskWorker(executor.core, 1);
        private final AtomicBoolean registered = new AtomicBoolean(true);
        private final AtomicInteger watched = new AtomicInteger(1);

        @Actor
        public void executor() {
            executor.dawdle();
            workers.add(worker);
            if (registered.compareAndSet(false, true)) {
                watched.incrementAndGet();
            }
        }

        @Actor
        public void watchdog() {
            if (workers.first() == null) {
                executor.dawdle();
                executor.dawdle(); // once more than the other: so that it is amidst, whoever began first
                registered.set(false);
                watched.decrementAndGet();
            }
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = watched.get();
        }
    }
}
