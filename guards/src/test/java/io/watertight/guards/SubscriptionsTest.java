package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {
    private final TestRegistry test = new TestRegistry();
    private final Site site = test.detector("subscription").site("SubscriptionsTest");
    private final Subscriptions<Runnable> subscriptions = new Subscriptions<>(site, 3);
    private final List<String> calls = new ArrayList<>();

    private Runnable listener(String name) {
        return () -> calls.add(name);
    }

    /** Something that listens as long as it lives. */
    private static final class Screen {
        private final AtomicInteger refreshes;

        Screen(AtomicInteger refreshes) {
            this.refreshes = refreshes;
        }

        Runnable refresher() {
            return refreshes::incrementAndGet;
        }

        void subscribeWrongly(Subscriptions<Runnable> subscriptions) {
            subscriptions.subscribeWeakly(this, screen -> this.refresher());
        }
    }

    @Test
    void listenersAreCalledInTheirOrderUntilTheyAreClosed() {
        Guard<Runnable> first = subscriptions.subscribe(listener("first"));
        Guard<Runnable> second = subscriptions.subscribe(listener("second"));
        subscriptions.forEach(Runnable::run);

        first.close();
        first.close();
        subscriptions.forEach(Runnable::run);

        assertThat(calls).containsExactly("first", "second", "second");
        assertThat(subscriptions.size()).isEqualTo(1);
        second.close();
        assertThat(subscriptions.size()).isZero();
    }

    @Test
    void oneListenerMayBeSubscribedTwice() {
        Runnable listener = listener("twice");
        Guard<Runnable> first = subscriptions.subscribe(listener);
        Guard<Runnable> second = subscriptions.subscribe(listener);

        first.close();
        subscriptions.forEach(Runnable::run);

        assertThat(calls).containsExactly("twice");
        second.close();
    }

    @Test
    void listenerBeyondTheBoundIsRefusedAndLeavesNoTrace() {
        List<Guard<Runnable>> guards = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            guards.add(subscriptions.subscribe(listener("n" + i)));
        }

        assertThatThrownBy(() -> subscriptions.subscribe(listener("one too many")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("max=3");

        assertThat(subscriptions.size()).isEqualTo(3);
        assertThat(site.stats().acquired()).isEqualTo(3);
        guards.get(1).close();
        guards.set(1, subscriptions.subscribe(listener("room again")));
        guards.forEach(Guard::close);
    }

    @Test
    void droppedSubscriptionIsReported() {
        Guard<Runnable> guard = subscriptions.subscribe(listener("x"));

        test.collect(guard);

        assertThat(test.reports).extracting(LeakReport::evidence).containsExactly(Evidence.GC_PROVEN);
    }

    @Test
    void listenersMayUnsubscribeWhileTheyAreCalled() {
        List<Guard<Runnable>> guards = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            guards.add(subscriptions.subscribe(() -> guards.forEach(Guard::close)));
        }

        subscriptions.forEach(Runnable::run);

        assertThat(subscriptions.size()).isZero();
    }

    @Test
    void whatAListenerThrowsGoesToTheCaller() {
        RuntimeException failure = new IllegalStateException("listener");
        Guard<Runnable> guard = subscriptions.subscribe(() -> {
            throw failure;
        });

        assertThatThrownBy(() -> subscriptions.forEach(Runnable::run)).isSameAs(failure);
        guard.close();
    }

    @Test
    void boundMustBePositive() {
        assertThatThrownBy(() -> new Subscriptions<Runnable>(site, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxListeners must be positive: 0");
    }

    @Test
    void viewThatCapturesItsOwnerIsRefused() {
        Screen screen = new Screen(new AtomicInteger());

        assertThatThrownBy(() -> screen.subscribeWrongly(subscriptions))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holds the referent in field");

        assertThat(subscriptions.size()).isZero();
    }

    @Test
    void weakListenerIsMadeFromItsOwnerForEachCall() {
        AtomicInteger refreshes = new AtomicInteger();
        Screen screen = new Screen(refreshes);
        subscriptions.subscribeWeakly(screen, Screen::refresher);

        subscriptions.forEach(Runnable::run);
        subscriptions.forEach(Runnable::run);

        assertThat(refreshes).hasValue(2);
        assertThat(subscriptions.size()).isEqualTo(1);
        assertThat(screen.refreshes).isSameAs(refreshes);
    }

    @Test
    @Tag("gc")
    void weakListenerGoesWithItsOwnerAndMakesRoom() {
        AtomicInteger refreshes = new AtomicInteger();
        subscribeScreensThatAreDropped(refreshes);

        GcBarrier.await();
        subscriptions.forEach(Runnable::run);

        assertThat(refreshes).hasValue(0);
        assertThat(subscriptions.size()).isZero();
        for (int i = 0; i < 3; i++) {
            subscribeScreensThatAreDropped(refreshes);
            GcBarrier.await();
        }
    }

    @Test
    @Tag("gc")
    void weakListenerThatIsFoundGoneTwiceMakesRoomOnce() {
        Guard<Runnable> nesting = subscriptions.subscribe(() -> subscriptions.forEach(inner -> {}));
        subscriptions.subscribeWeakly(new Screen(new AtomicInteger()), Screen::refresher);
        GcBarrier.await();

        subscriptions.forEach(Runnable::run);

        Guard<Runnable> second = subscriptions.subscribe(() -> {});
        Guard<Runnable> third = subscriptions.subscribe(() -> {});
        assertThatThrownBy(() -> subscriptions.subscribe(() -> {})).isInstanceOf(IllegalStateException.class);
        List.of(nesting, second, third).forEach(Guard::close);
    }

    private void subscribeScreensThatAreDropped(AtomicInteger refreshes) {
        for (int i = 0; i < 3; i++) {
            subscriptions.subscribeWeakly(new Screen(refreshes), Screen::refresher);
        }
    }

    @Test
    void subscribingAtTheBoundNeverExceedsIt() throws Exception {
        int threads = 4;
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier start = new CyclicBarrier(threads);
        List<Thread> subscribers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread subscriber = new Thread(() -> {
                try {
                    start.await();
                } catch (Exception failed) {
                    throw new AssertionError(failed);
                }
                for (int round = 0; round < 20_000; round++) {
                    try (Guard<Runnable> guard = subscriptions.subscribe(() -> {})) {
                        int[] registered = new int[1];
                        subscriptions.forEach(any -> registered[0]++);
                        most.accumulateAndGet(registered[0], Math::max);
                        assertThat(guard.isOpen()).isTrue();
                    } catch (IllegalStateException full) {
                        Thread.onSpinWait();
                    }
                }
            });
            subscribers.add(subscriber);
            subscriber.start();
        }

        for (Thread subscriber : subscribers) {
            subscriber.join();
        }

        assertThat(most.get()).isBetween(1, 3);
        assertThat(subscriptions.size()).isZero();
        Guard<?>[] all = {
            subscriptions.subscribe(() -> {}), subscriptions.subscribe(() -> {}), subscriptions.subscribe(() -> {})
        };
        assertThat(subscriptions.size()).isEqualTo(3);
        List.of(all).forEach(Guard::close);
    }
}
