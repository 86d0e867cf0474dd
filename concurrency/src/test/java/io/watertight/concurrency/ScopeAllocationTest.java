package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.watertight.testing.Allocations;
import java.util.concurrent.Callable;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a child of a scope allocates on the thread that forks it, to the byte, without what the JDK's thread itself takes. */
class ScopeAllocationTest {
    private static final Offset<Double> SAME = within(0.1);
    private static final int TASK_BYTES = 48;
    private static final int BODY_BYTES = 24;
    /** A string, and its characters. */
    private static final int NAME_BYTES = 24 + 32;
    /** As many as the list of children has room for when it is first needed. */
    private static final int CHILDREN = 10;

    private static final int LIST_BYTES = 16 + CHILDREN * 4;
    private static final Callable<String> WORK = () -> "result";

    /** Escape, so that no compiler removes them. */
    static volatile @Nullable Object core;

    static volatile @Nullable Object name;

    static volatile @Nullable Object task;

    /** One thread for all children, which runs each when it is started. */
    private static final class Inline extends Thread {
        private volatile Runnable body = () -> {};

        Thread with(String itsName, Runnable itsBody) {
            name = itsName;
            body = itsBody;
            return this;
        }

        @Override
        public synchronized void start() {
            body.run();
        }
    }

    @AfterEach
    void forget() {
        core = null;
        name = null;
        task = null;
    }

    @Test
    void childOnAVirtualThreadAllocatesItsTaskAndItsBody() {
        assertThat(bytesOfAFork(false)).isCloseTo((double) TASK_BYTES + BODY_BYTES, SAME);
    }

    @Test
    void childOnAPlatformThreadAllocatesItsNameToo() {
        assertThat(bytesOfAFork(true)).isCloseTo((double) TASK_BYTES + BODY_BYTES + NAME_BYTES, SAME);
    }

    private static double bytesOfAFork(boolean numbersThreads) {
        ScopeSettings<String> settings = new ScopeSettings<>(
                "allocation",
                JoinPolicy.<String>allSuccessfulOrThrow(),
                Deadline.never(),
                CancelToken.never(),
                new Inline()::with,
                numbersThreads,
                Integer.MAX_VALUE,
                null);
        return (bytes(settings, CHILDREN) - bytes(settings, 0) - LIST_BYTES) / CHILDREN;
    }

    private static double bytes(ScopeSettings<String> settings, int children) {
        return Allocations.measure(() -> {
                    ScopeCore<String> scope = new ScopeCore<>(settings);
                    core = scope;
                    for (int i = 0; i < children; i++) {
                        task = scope.fork(WORK);
                    }
                })
                .bytesPerOperation();
    }
}
