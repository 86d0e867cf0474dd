package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BoundThreadLocalTest {
    private final TestRegistry test = new TestRegistry();
    private final Site site = test.detector("binding").site("BoundThreadLocalTest");
    private final BoundThreadLocal<Object> local = new BoundThreadLocal<>(site);
    private final ExecutorService pool = Executors.newSingleThreadExecutor();

    @AfterEach
    void endPool() {
        pool.shutdownNow();
    }

    @Test
    void valueLastsUntilItsGuardIsClosed() {
        assertThat(local.get()).isNull();

        Guard<Object> guard = local.bind("value");
        assertThat(local.get()).isEqualTo("value");
        guard.close();

        assertThat(local.get()).isNull();
        assertThat(site.stats().outstanding()).isZero();
    }

    @Test
    void bindingsNest() {
        try (Guard<Object> outer = local.bind("outer")) {
            try (Guard<Object> inner = local.bind("inner")) {
                assertThat(local.get()).isEqualTo("inner").isEqualTo(inner.get());
            }

            assertThat(local.get()).isEqualTo("outer").isEqualTo(outer.get());
        }
        assertThat(local.get()).isNull();
    }

    @Test
    void outerBindingThatIsClosedFirstDoesNotComeBack() {
        Guard<Object> outer = local.bind("outer");
        Guard<Object> middle = local.bind("middle");
        Guard<Object> inner = local.bind("inner");

        middle.close();
        assertThat(local.get()).isEqualTo("inner");
        inner.close();
        assertThat(local.get()).isEqualTo("outer");
        outer.close();
        assertThat(local.get()).isNull();
    }

    @Test
    void valueIsNotSeenByOtherThreads() throws Exception {
        try (Guard<Object> guard = local.bind("mine")) {
            assertThat(pool.submit(local::get).get()).isNull();
            assertThat(guard.isOpen()).isTrue();
        }
    }

    @Test
    void closingOnAnotherThreadUnbindsTheValue() throws Exception {
        Guard<Object> here = local.bind("here");
        Guard<Object> there = pool.submit(() -> local.bind("there")).get();

        there.close();

        assertThat(pool.submit(local::get).get()).isNull();
        assertThat(local.get()).isEqualTo("here");
        here.close();
    }

    @Test
    void closingOnAnotherThreadBringsBackTheValueBefore() throws Exception {
        Guard<Object> outer = pool.submit(() -> local.bind("outer")).get();
        Guard<Object> inner = pool.submit(() -> local.bind("inner")).get();

        inner.close();

        assertThat(pool.submit(local::get).get()).isEqualTo("outer");
        outer.close();
    }

    @Test
    @Tag("gc")
    void closingOnAnotherThreadReleasesTheValueAtOnce() throws Exception {
        WeakReference<Object> value = bindOnPoolAndCloseHere();

        GcBarrier.await();

        assertThat(value.refersTo(null)).isTrue();
    }

    private WeakReference<Object> bindOnPoolAndCloseHere() throws Exception {
        Object value = new Object();
        pool.submit(() -> local.bind(value)).get().close();
        pool.submit(() -> {}).get(); // so the thread has left the task before, which has the value
        return new WeakReference<>(value);
    }

    @Test
    void pooledThreadIsCleanAfterItsTask() throws Exception {
        pool.submit(() -> {
                    try (Guard<Object> outer = local.bind("outer");
                            Guard<Object> inner = local.bind("inner")) {
                        assertThat(local.get()).isEqualTo("inner").isNotEqualTo(outer.get());
                        assertThat(inner.isOpen()).isTrue();
                    }
                })
                .get();

        assertThat(pool.submit(this::innermostBinding).get()).isNull();
    }

    @Test
    void pooledThreadIsCleanAfterTheFirstUseThatFollowsACloseElsewhere() throws Exception {
        Guard<Object> guard = pool.submit(() -> local.bind("value")).get();
        guard.close();

        pool.submit(local::get).get();

        assertThat(pool.submit(this::innermostBinding).get()).isNull();
    }

    @Test
    void droppedBindingIsReported() {
        Guard<Object> guard = local.bind("value");

        test.collect(guard);

        assertThat(test.reports).extracting(LeakReport::evidence).containsExactly(Evidence.GC_PROVEN);
        guard.close();
        assertThat(local.get()).isNull();
    }

    /** Looks inside, so that an empty entry that stays on a pooled thread shows. */
    private Object innermostBinding() throws ReflectiveOperationException {
        Field current = BoundThreadLocal.class.getDeclaredField("current");
        current.setAccessible(true);
        return ((ThreadLocal<?>) current.get(local)).get();
    }

    @Test
    void bindingsThatReplaceEachOtherHandOverHandDoNotPileUp() throws Exception {
        Deque<Guard<Object>> open = new ArrayDeque<>(List.of(local.bind(0)));
        for (int i = 1; i < 1_000; i++) {
            open.add(local.bind(i));
            open.remove().close();
        }

        List<Object> chain = new ArrayList<>();
        for (Object binding = innermostBinding(); binding != null; binding = outer(binding)) {
            chain.add(binding);
        }

        assertThat(chain).hasSizeLessThanOrEqualTo(3);
        open.remove().close();
        assertThat(local.get()).isNull();
    }

    private static Object outer(Object binding) throws ReflectiveOperationException {
        Field outer = binding.getClass().getDeclaredField("outer");
        outer.setAccessible(true);
        return outer.get(binding);
    }
}
