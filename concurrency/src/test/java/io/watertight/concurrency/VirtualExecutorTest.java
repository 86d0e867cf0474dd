package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.guards.internal.VirtualThreads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** The same with virtual threads, where there are any. */
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualExecutorTest extends CancellableExecutorTest {
    @Override
    ExecutorBuilder configure(ExecutorBuilder builder) {
        return builder.virtualThreads();
    }

    @Test
    void eachTaskHasAThreadOfItsOwn() throws Exception {
        try (CancellableExecutor executor = open(1, 10)) {
            Thread first = executor.submit(Thread::currentThread).get();
            Thread second = executor.submit(Thread::currentThread).get();

            assertThat(VirtualThreads.isVirtual(first)).isTrue();
            assertThat(second).isNotSameAs(first);
            assertThat(first.getName()).startsWith("test-");
        }
    }
}
