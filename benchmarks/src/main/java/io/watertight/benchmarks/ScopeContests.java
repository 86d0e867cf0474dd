package io.watertight.benchmarks;

import io.watertight.benchmarks.Contest.Figure;
import io.watertight.concurrency.TaskScope;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** What a scope costs whose children do nothing: it is opened, forks, joins, adds the results and is closed. */
final class ScopeContests {
    private static final int SCOPES = 100;
    private static final int JDK_SCOPE = 25;
    private static final int[] CHILDREN = {2, 16};
    private static final Callable<Integer> BODY = () -> 1;

    /** One scope; returns the sum of the children's results. */
    private interface Scope {
        int sum(int children) throws Throwable;
    }

    private ScopeContests() {}

    static List<Contest> all() {
        List<Contest> all = new ArrayList<>();
        for (int children : CHILDREN) {
            all.add(rows(
                    "scope-" + children, "a scope of " + children + " children", children, contender -> contender));
            if (Virtual.isAvailable()) {
                all.add(rows(
                                "scope-virtual-" + children,
                                "a scope of " + children + " children, opened by a virtual thread",
                                children,
                                OnVirtualThread::new)
                        .measures(Figure.WALL, Figure.PROCESS, Figure.BYTES));
            }
        }
        return all;
    }

    /** Has an owner of some kind run the scopes. */
    private interface Owner {
        Contender run(Contender contender) throws Exception;
    }

    private static Contest rows(String name, String title, int children, Owner owner) {
        return new Contest(name, title)
                .row("**Watertight**", () -> owner.run(new Scopes(children, ScopeContests::ours)))
                .peerIf(
                        ScopeContests::hasJdkScope,
                        "StructuredTaskScope",
                        () -> owner.run(new Scopes(children, count -> JdkScope.sum(BODY, count))))
                .peer("threads and a CountDownLatch", () -> owner.run(new Scopes(children, bare())));
    }

    private static boolean hasJdkScope() {
        return Runtime.version().feature() == JDK_SCOPE;
    }

    private static int ours(int children) throws InterruptedException {
        try (TaskScope<Integer, List<Integer>> scope =
                TaskScope.<Integer>builder("scope").open()) {
            for (int i = 0; i < children; i++) {
                scope.fork(BODY);
            }
            int sum = 0;
            for (Integer result : scope.join()) {
                sum += result;
            }
            return sum;
        }
    }

    /** The floor: nothing is cancelled, and no failure is told. */
    private static Scope bare() throws ReflectiveOperationException {
        ThreadFactory threads = Virtual.isAvailable() ? Virtual.threads() : Thread::new;
        return children -> {
            CountDownLatch latch = new CountDownLatch(children);
            AtomicInteger sum = new AtomicInteger();
            Runnable child = () -> {
                sum.incrementAndGet();
                latch.countDown();
            };
            for (int i = 0; i < children; i++) {
                threads.newThread(child).start();
            }
            latch.await();
            return sum.get();
        };
    }

    private record Scopes(int children, Scope scope) implements Contender {
        @Override
        public int operations() {
            return SCOPES;
        }

        @Override
        public int run() throws Exception {
            int complete = 0;
            try {
                for (int i = 0; i < SCOPES; i++) {
                    complete += scope.sum(children) == children ? 1 : 0;
                }
            } catch (Exception | Error failure) {
                throw failure;
            } catch (Throwable failure) {
                throw new IllegalStateException(failure);
            }
            return complete;
        }

        @Override
        public void close() {}
    }
}
