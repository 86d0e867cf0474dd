package io.watertight.pools;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No object is lost, doubled, or used by two, whatever happens at once. See {@link PoolStress}. */
class PoolStressTest {
    private static final long NIGHTLY = 10_000_000;
    private static final long USUAL = 500_000;

    @Test
    void booksBalanceOnPlatformThreads() throws Exception {
        new PoolStress(8, USUAL, 42).run(Thread::new);
    }

    @Test
    void booksBalanceOnVirtualThreads() throws Exception {
        ThreadFactory virtual = virtual();
        new PoolStress(48, USUAL, 43).run(virtual);
    }

    @Test
    @Tag("nightly")
    void booksBalanceInALongRun() throws Exception {
        new PoolStress(16, NIGHTLY, 44).run(Thread::new);
    }

    @Test
    @Tag("nightly")
    void booksBalanceInALongRunOfVirtualThreads() throws Exception {
        ThreadFactory virtual = virtual();
        new PoolStress(48, NIGHTLY, 45).run(virtual);
    }

    /** Unstarted virtual threads, where there are any. */
    private static ThreadFactory virtual() throws IllegalAccessException, InvocationTargetException {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            return (ThreadFactory) Class.forName("java.lang.Thread$Builder")
                    .getMethod("factory")
                    .invoke(builder);
        } catch (ReflectiveOperationException before21) {
            Assumptions.assumeTrue(false, "no virtual threads before 21");
            throw new LinkageError("virtual threads", before21);
        }
    }
}
