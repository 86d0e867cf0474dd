package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A watchdog looks at a thread that ends one task and begins the next. Where the thread is ("stack") must be said of the task
 * it is in, or not at all: else the report names a line of one task and the place where another was submitted.
 *
 * <p>Results: the task that was read, and the stack that was taken; both "none" if the look was in vain.
 */
@JCStressTest
@Outcome(id = "none, none", expect = ACCEPTABLE, desc = "The thread has gone on meanwhile, or ran nothing.")
@Outcome(id = "first, in first", expect = ACCEPTABLE, desc = "All of it before the end of the first.")
@Outcome(id = "second, in second", expect = ACCEPTABLE_INTERESTING, desc = "All of it after the begin of the second.")
@Outcome(id = "second, between", expect = ACCEPTABLE, desc = "At the begin of the second, whose body has not begun.")
@Outcome(expect = FORBIDDEN, desc = "The stack of one task under the name of another.")
@State
public class WatchdogEntryJcstress {
    private final TaskFixture fixture = new TaskFixture();
    private final TaskRecord<String> first = fixture.task();
    private final TaskRecord<String> second = fixture.task();
    private final WatchdogEntry entry = new WatchdogEntry();
    /** What a stack would show; volatile, as the JVM stops a thread to take its stack. */
    private volatile String stack;

    public WatchdogEntryJcstress() {
        entry.begin(first);
        stack = "in first";
    }

    @Actor
    public void worker() {
        entry.end();
        stack = "between";
        entry.begin(second);
        stack = "in second";
    }

    @Actor
    public void watchdog(LL_Result r) {
        int number = entry.number();
        TaskRecord<?> task = entry.task();
        String taken = stack;
        boolean certain = entry.isStill(number);
        r.r1 = !certain ? "none" : task == first ? "first" : task == second ? "second" : "nothing";
        r.r2 = !certain ? "none" : taken;
    }

    /** Reads the task and the stack, and believes that they belong together. */
    @JCStressTest
    @JCStressMeta(WatchdogEntryJcstress.class)
    @State
    public static class BrokenWithoutSecondLook {
        private final TaskFixture fixture = new TaskFixture();
        private final TaskRecord<String> first = fixture.task();
        private final TaskRecord<String> second = fixture.task();
        private final WatchdogEntry entry = new WatchdogEntry();
        private volatile String stack;

        public BrokenWithoutSecondLook() {
            entry.begin(first);
            stack = "in first";
        }

        @Actor
        public void worker() {
            entry.end();
            stack = "between";
            entry.begin(second);
            stack = "in second";
        }

        @Actor
        public void watchdog(LL_Result r) {
            TaskRecord<?> task = entry.task();
            fixture.dawdle();
            String taken = stack;
            r.r1 = task == first ? "first" : task == second ? "second" : "none";
            r.r2 = task == null ? "none" : taken;
        }
    }
}
