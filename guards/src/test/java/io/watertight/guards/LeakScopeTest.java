package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What frameworks for tests build on: how far scopes reach, what they raise, what they list, and how they end. */
class LeakScopeTest {
    private final TestRegistry test = new TestRegistry();
    private final LeakDetector detector = test.detector("thing");
    private final AtomicInteger cleanups = new AtomicInteger();

    private Guard<AtomicInteger> open() {
        return detector.open(cleanups, AtomicInteger::incrementAndGet);
    }

    private LeakScope begin(String name, ScopeReach reach) {
        return test.registry.scopes.begin(name, reach, TrackingLevel.OFF);
    }

    private @org.jspecify.annotations.Nullable LeakScope current() {
        return test.registry.scopes.current();
    }

    private static void runToItsEnd(Runnable body) throws InterruptedException {
        Thread thread = new Thread(body, "started");
        thread.start();
        thread.join();
    }

    @Test
    void listsWhatIsOpenOneByOneWithoutReportingIt() {
        LeakScope scope = begin("request", ScopeReach.THREAD);
        Guard<AtomicInteger> first = open();
        Guard<AtomicInteger> second = detector.open(64, cleanups, AtomicInteger::incrementAndGet);
        open().close();

        assertThat(scope.stillOpen()).hasSize(2).allSatisfy(report -> {
            assertThat(report.evidence()).isEqualTo(Evidence.SCOPE_END);
            assertThat(report.type()).isEqualTo("thing");
            assertThat(report.scope()).isEqualTo("request");
            assertThat(report.owner()).isEqualTo(Thread.currentThread().getName());
        });
        assertThat(scope.stillOpen()).extracting(LeakReport::bytes).containsExactlyInAnyOrder(0L, 64L);
        first.close();
        scope.end();
        assertThat(scope.stillOpen()).extracting(LeakReport::bytes).containsExactly(64L);
        second.close();
        assertThat(scope.stillOpen()).isEmpty();
        test.registry.pump();
        assertThat(test.reports).isEmpty();
        assertThat(second.site().stats().scopeEnd()).isZero();
    }

    @Test
    void listsAThousandAtMost() {
        LeakScope scope = begin("request", ScopeReach.THREAD);
        Guard<?>[] guards = new Guard<?>[1_001];
        for (int i = 0; i < guards.length; i++) {
            guards[i] = open();
        }

        assertThat(scope.stillOpen()).hasSize(1_000);

        for (Guard<?> guard : guards) {
            guard.close();
        }
        scope.end();
    }

    @Test
    void doesNotListWhatIsPermanent() {
        LeakScope scope = begin("request", ScopeReach.THREAD);
        Guard<AtomicInteger> guard = open().permanent();

        assertThat(scope.stillOpen()).isEmpty();
        assertThat(scope.isUsed()).isTrue();

        guard.close();
        scope.end();
    }

    @Test
    void isUsedOnceSomethingWasOpenedInIt() {
        LeakScope outer = begin("outer", ScopeReach.THREAD);
        LeakScope inner = begin("inner", ScopeReach.THREAD);

        assertThat(inner.isUsed()).isFalse();
        open().close();

        assertThat(inner.isUsed()).isTrue();
        assertThat(outer.isUsed()).isFalse();
        inner.end();
        outer.end();
    }

    @Test
    void findsEachDroppedResourceAndEachFailedCloseByItself() {
        LeakScope scope = begin("request", ScopeReach.THREAD);
        Guard<AtomicInteger> inside = open();
        Guard<AtomicInteger> another = open();
        Guard<AtomicInteger> failing = detector.open(cleanups, ignored -> {
            throw new IllegalStateException("cannot");
        });
        assertThatThrownBy(failing::close).isInstanceOf(RuntimeException.class);
        scope.end();
        Guard<AtomicInteger> outside = open();

        test.collect(inside);
        test.collect(another);
        test.collect(outside);

        assertThat(scope.findings())
                .extracting(LeakReport::evidence)
                .containsExactly(Evidence.CLOSE_FAILED, Evidence.GC_PROVEN, Evidence.GC_PROVEN);
        assertThat(scope.findings()).extracting(LeakReport::count).containsOnly(1L);
        assertThat(scope.stillOpen()).isEmpty();
    }

    @Test
    void reachesItsThreadOnly() throws InterruptedException {
        LeakScope scope = begin("request", ScopeReach.THREAD);
        AtomicReference<Object> seen = new AtomicReference<>("nothing");

        runToItsEnd(() -> seen.set(current()));

        assertThat(seen).hasValue(null);
        assertThat(current()).isSameAs(scope);
        scope.end();
        assertThat(current()).isNull();
    }

    @Test
    void reachesStartedThreadsAtWhateverDepth() throws InterruptedException {
        LeakScope scope = begin("test", ScopeReach.STARTED_THREADS);
        AtomicReference<Guard<?>> opened = new AtomicReference<>();
        Thread deep = new Thread(() -> opened.set(open()), "deep"); // made here: it inherits at once
        AtomicReference<Guard<?>> deeper = new AtomicReference<>();

        runToItsEnd(deep::start);
        deep.join();
        runToItsEnd(() -> {
            try {
                runToItsEnd(() -> deeper.set(open()));
            } catch (InterruptedException impossible) {
                throw new AssertionError(impossible);
            }
        });

        assertThat(scope.stillOpen()).hasSize(2);
        assertThat(scope.stillOpen()).extracting(LeakReport::owner).containsExactlyInAnyOrder("deep", "started");
        opened.get().close();
        deeper.get().close();
        scope.end();
    }

    @Test
    void reachesStartedVirtualThreads() throws Exception {
        LeakScope scope = begin("test", ScopeReach.STARTED_THREADS);
        AtomicReference<Guard<?>> opened = new AtomicReference<>();

        startVirtualThread(() -> opened.set(open())).join();

        assertThat(scope.stillOpen()).hasSize(1);
        opened.get().close();
        scope.end();
    }

    private static Thread startVirtualThread(Runnable task) throws IllegalAccessException, InvocationTargetException {
        try {
            return (Thread)
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
        } catch (NoSuchMethodException before21) {
            return Assumptions.abort("virtual threads need Java 21");
        }
    }

    @Test
    void doesNotReachThreadsThatWereStartedBeforeOrInheritNothing() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicReference<Object> seenBefore = new AtomicReference<>("nothing");
        Thread before = new Thread(() -> {
            await(begun);
            seenBefore.set(current());
        });
        before.start();
        LeakScope scope = begin("test", ScopeReach.STARTED_THREADS);
        begun.countDown();
        before.join();
        AtomicReference<Object> seenWithout = new AtomicReference<>("nothing");
        Thread without = new Thread(null, () -> seenWithout.set(current()), "without", 0, false);
        without.start();
        without.join();

        assertThat(seenBefore).hasValue(null);
        assertThat(seenWithout).hasValue(null);
        scope.end();
    }

    @Test
    void otherWorkersOfTheOpenersPoolWorkForEverybody() throws Exception {
        ForkJoinPool pool = new ForkJoinPool(2);
        AtomicReference<Object> seenBySibling = new AtomicReference<>("nothing");
        AtomicReference<Object> seenByOtherPool = new AtomicReference<>("nothing");
        AtomicReference<LeakScope> begun = new AtomicReference<>();
        try {
            pool.submit(() -> {
                        LeakScope scope = begin("test", ScopeReach.STARTED_THREADS);
                        begun.set(scope);
                        CountDownLatch asked = new CountDownLatch(1);
                        // This worker is busy, so another is started.
                        pool.execute(() -> {
                            seenBySibling.set(current());
                            asked.countDown();
                        });
                        await(asked);
                        ForkJoinPool own = new ForkJoinPool(1);
                        own.submit(() -> seenByOtherPool.set(current())).join();
                        own.shutdown();
                        scope.end();
                    })
                    .get();
        } finally {
            pool.shutdown();
        }

        assertThat(seenBySibling).hasValue(null);
        assertThat(seenByOtherPool).hasValue(begun.get());
    }

    @Test
    void endedScopeIsNotInheritedAnyMore() throws InterruptedException {
        LeakScope everywhere = begin("run", ScopeReach.EVERYWHERE);
        LeakScope scope = begin("test", ScopeReach.STARTED_THREADS);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicReference<Object> seen = new AtomicReference<>("nothing");
        Thread started = new Thread(() -> {
            await(ended);
            seen.set(current());
        });
        started.start();
        scope.end();
        ended.countDown();
        started.join();
        AtomicReference<Object> seenLater = new AtomicReference<>("nothing");
        runToItsEnd(() -> seenLater.set(current()));
        everywhere.end();

        assertThat(seen).hasValue(everywhere);
        assertThat(seenLater).hasValue(everywhere);
        assertThat(current()).isNull();
    }

    @Test
    void innerScopeIsInheritedUntilItEndsThenTheOuterOneAgain() throws InterruptedException {
        LeakScope outer = begin("class", ScopeReach.STARTED_THREADS);
        LeakScope inner = begin("test", ScopeReach.STARTED_THREADS);
        AtomicReference<Object> during = new AtomicReference<>();
        runToItsEnd(() -> during.set(current()));
        inner.end();
        AtomicReference<Object> after = new AtomicReference<>();
        runToItsEnd(() -> after.set(current()));
        outer.end();

        assertThat(during).hasValue(inner);
        assertThat(after).hasValue(outer);
    }

    @Test
    void scopeInsideAStartedThreadGivesBackWhatTheThreadInherited() throws InterruptedException {
        LeakScope scope = begin("test", ScopeReach.STARTED_THREADS);
        AtomicReference<Object> own = new AtomicReference<>();
        AtomicReference<Object> after = new AtomicReference<>();
        AtomicReference<Object> ofChild = new AtomicReference<>();

        runToItsEnd(() -> {
            LeakScope inner = begin("inside", ScopeReach.STARTED_THREADS);
            own.set(current() == inner);
            inner.end();
            after.set(current());
            try {
                runToItsEnd(() -> ofChild.set(current()));
            } catch (InterruptedException impossible) {
                throw new AssertionError(impossible);
            }
        });

        assertThat(own).hasValue(true);
        assertThat(after).hasValue(scope);
        assertThat(ofChild).hasValue(scope);
        scope.end();
    }

    @Test
    void reachesEverythingOutsideOfOtherScopes() throws InterruptedException {
        LeakScope everywhere = begin("run", ScopeReach.EVERYWHERE);
        LeakScope inner = begin("test", ScopeReach.THREAD);
        AtomicReference<Object> elsewhere = new AtomicReference<>();

        runToItsEnd(() -> elsewhere.set(current()));

        assertThat(elsewhere).hasValue(everywhere);
        assertThat(current()).isSameAs(inner);
        inner.end();
        assertThat(current()).isSameAs(everywhere);
        everywhere.end();
        assertThat(test.registry.scopes.isAnyOpen()).isFalse();
    }

    @Test
    void scopeThatReachesEverywhereMayEndOnAnyThreadAndInAnyOrder() throws InterruptedException {
        LeakScope first = begin("first run", ScopeReach.EVERYWHERE);
        LeakScope second = begin("second run", ScopeReach.EVERYWHERE);

        runToItsEnd(first::end);
        assertThat(current()).isSameAs(second);
        runToItsEnd(second::end);

        assertThat(current()).isNull();
        assertThat(detector.isFastPath()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"FULL", "STRICT"})
    void raisesTheLevelOfWhatIsOpenedInIt(TrackingLevel level) {
        LeakScope scope = test.registry.scopes.begin("test", ScopeReach.STARTED_THREADS, level);
        Guard<AtomicInteger> guard = open();
        scope.end();
        Guard<AtomicInteger> after = open();

        assertThat(guard.record()).isInstanceOfSatisfying(DetailedRecord.class, record -> {
            assertThat(record.acquisition()).isNotNull();
            assertThat(record.wordVolatile() & LeakRecord.STRICT)
                    .isEqualTo(level == TrackingLevel.STRICT ? LeakRecord.STRICT : 0);
        });
        assertThat(scope.stillOpen().get(0).acquiredAt().get(0).getMethodName()).isEqualTo("open");
        assertThat(after.record()).isNotInstanceOf(DetailedRecord.class);
        guard.close();
        after.close();
    }

    @Test
    void raisesWhatIsOnlyCountedButNotWhatIsOff() {
        LeakDetector counted =
                test.builder("counted").level(TrackingLevel.COUNT).build();
        LeakDetector off = test.builder("off").level(TrackingLevel.OFF).build();
        LeakScope scope = test.registry.scopes.begin("test", ScopeReach.STARTED_THREADS, TrackingLevel.STRICT);

        Guard<AtomicInteger> raised = counted.open(cleanups, AtomicInteger::incrementAndGet);
        Guard<AtomicInteger> untracked = off.open(cleanups, AtomicInteger::incrementAndGet);

        assertThat(scope.stillOpen()).extracting(LeakReport::type).containsExactly("counted");
        raised.close();
        untracked.close();
        scope.end();
        assertThat(cleanups).hasValue(2);
    }

    @Test
    void doesNotLowerALevel() {
        LeakDetector strict = test.builder("strict").level(TrackingLevel.STRICT).build();
        LeakScope scope = test.registry.scopes.begin("test", ScopeReach.THREAD, TrackingLevel.TRACK);

        Guard<AtomicInteger> guard = strict.open(cleanups, AtomicInteger::incrementAndGet);

        assertThat(guard.record().wordVolatile() & LeakRecord.STRICT).isNotZero();
        guard.close();
        scope.end();
    }

    @Test
    void endEndsForgottenScopesInsideToo() throws InterruptedException {
        LeakScope outer = begin("class", ScopeReach.STARTED_THREADS);
        LeakScope forgotten = begin("test", ScopeReach.STARTED_THREADS);

        outer.end();

        assertThat(current()).isNull();
        assertThat(forgotten.isEnded()).isTrue();
        assertThat(test.registry.scopes.isAnyOpen()).isFalse();
        AtomicReference<Object> seen = new AtomicReference<>("nothing");
        runToItsEnd(() -> seen.set(current()));
        assertThat(seen).hasValue(null);
        forgotten.end(); // binds nothing again
        assertThat(current()).isNull();
    }

    @Test
    void scopeAroundThatHasEndedIsNotBoundAgain() throws InterruptedException {
        LeakScope outermost = begin("run", ScopeReach.THREAD);
        LeakScope[] scopes = new LeakScope[1];
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicReference<Object> after = new AtomicReference<>("nothing");
        Thread wrapped = new Thread(outermost.wrap(() -> {
            scopes[0] = begin("inside", ScopeReach.THREAD);
            begun.countDown();
            await(ended);
            scopes[0].end();
            after.set(current());
        }));
        wrapped.start();
        await(begun);

        outermost.end();
        ended.countDown();
        wrapped.join();

        assertThat(after).hasValue(null);
        test.registry.step(false); // forgets the dead thread, if it were still there
        assertThat(test.registry.scopes.isAnyOpen()).isFalse();
    }

    @Test
    void anotherThreadMayEndAScope() throws InterruptedException {
        LeakScope outer = begin("class", ScopeReach.STARTED_THREADS);
        LeakScope inner = begin("test", ScopeReach.STARTED_THREADS);

        runToItsEnd(inner::end);

        assertThat(inner.isEnded()).isTrue();
        assertThat(current()).isSameAs(outer);
        outer.end();
        assertThat(current()).isNull();
    }

    @Test
    void frontDoorBindsAndUnbindsTheCallingThread() {
        LeakScope before = LeakScope.current();

        LeakScope scope = Watertight.scope("front", ScopeReach.STARTED_THREADS, TrackingLevel.FULL);

        assertThat(LeakScope.current()).isSameAs(scope);
        assertThat(scope.name()).isEqualTo("front");
        assertThat(scope).hasToString("LeakScope[front]");
        scope.end();
        scope.end();
        assertThat(scope).hasToString("LeakScope[front, ended]");
        assertThat(LeakScope.current()).isSameAs(before);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
