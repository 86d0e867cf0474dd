package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.watertight.testing.GcBarrier;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Periodic timers on a wheel that is turned by hand. */
class PeriodicTimerTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private final ManualHost host = new ManualHost(100);
    private final ReferenceQueue<Object> collected = new ReferenceQueue<>();
    private final List<Duration> runs = new ArrayList<>();
    private final Object owner = new Object();

    private Duration now() {
        return Duration.ofNanos(host.ticker.nanos());
    }

    private <O> PeriodicTimer<O> every(O anOwner, Consumer<? super O> action, boolean endsOnFailure) {
        PeriodicTimer<O> timer =
                new PeriodicTimer<>(host.wheel, anOwner, collected, action, SECOND.toNanos(), endsOnFailure);
        host.wheel.add(timer);
        return timer;
    }

    @Test
    void firesEachPeriodWithTheSameHandle() {
        PeriodicTimer<Object> timer = every(owner, o -> runs.add(now()), false);
        host.turnFor(Duration.ofMillis(3500));

        assertThat(runs).containsExactly(SECOND, SECOND.multipliedBy(2), SECOND.multipliedBy(3));
        assertThat(timer.isPending()).isTrue();
        assertThat(host.wheel.pending()).isEqualTo(1);
        assertThat(timer.cancel()).isTrue();
        host.turnFor(SECOND.multipliedBy(10));
        assertThat(runs).hasSize(3);
        assertThat(host.wheel.pending()).isZero();
    }

    @Test
    void longRunSkipsTheTimesItMissed() {
        every(
                owner,
                o -> {
                    runs.add(now());
                    if (runs.size() == 1) {
                        host.ticker.advance(Duration.ofMillis(2500)); // from 1 to 3.5
                    }
                },
                false);
        host.turnFor(Duration.ofMillis(5500));

        assertThat(runs).startsWith(SECOND, SECOND.multipliedBy(4), SECOND.multipliedBy(5));
        assertThat(host.wheel.skipped()).isEqualTo(2);
    }

    @Test
    void cancelDuringARunMakesItTheLast() {
        List<Boolean> cancelled = new ArrayList<>();
        TimerHandle[] self = new TimerHandle[1];
        self[0] = every(
                owner,
                o -> {
                    runs.add(now());
                    cancelled.add(self[0].cancel());
                    cancelled.add(self[0].cancel());
                },
                false);
        host.turnFor(SECOND.multipliedBy(5));

        assertThat(runs).hasSize(1);
        assertThat(cancelled).containsExactly(true, false);
        assertThat(self[0].isPending()).isFalse();
        assertThat(host.wheel.pending()).isZero();
    }

    @Test
    void oneThatRunsWhileTheWheelEndsDoesNotComeBack() {
        PeriodicTimer<Object> timer = every(
                owner,
                o -> {
                    host.wheel.close();
                    assertThat(host.wheel.turn()).as("goes on").isFalse();
                },
                false);
        host.wheel.turn();
        host.ticker.advance(SECOND);
        host.wheel.turn();
        host.due.remove().run();

        assertThat(timer.isPending()).isFalse();
        assertThat(host.wheel.pending()).isZero();
        assertThat(host.starts).isEqualTo(1);
    }

    @Test
    void failureEndsItOnlyIfThatIsThePolicy() {
        Consumer<Object> fails = o -> {
            runs.add(now());
            throw new IllegalStateException("periodic");
        };
        PeriodicTimer<Object> goesOn = every(owner, fails, false);
        PeriodicTimer<Object> ends = every(owner, fails, true);
        host.turnFor(Duration.ofMillis(2500));

        assertThat(runs).hasSize(3);
        assertThat(host.failures).hasSize(3);
        assertThat(goesOn.isPending()).isTrue();
        assertThat(ends.isPending()).isFalse();
    }

    @Test
    void refusedRunIsSkippedAndTheNextOneComes() {
        PeriodicTimer<Object> timer = every(owner, o -> runs.add(now()), false);
        host.wheel.turn();
        host.ticker.advance(SECOND);
        host.whileParked = () -> {
            assertThat(host.due.remove(timer)).isTrue();
            timer.refused();
        };
        host.wheel.turn();
        host.turnFor(SECOND.multipliedBy(2));

        assertThat(runs).isNotEmpty();
        assertThat(host.wheel.skipped()).isEqualTo(1);
        assertThat(timer.isPending()).isTrue();
    }

    @Test
    void refusedTimerThatFiresOnceHasEnded() {
        TimerNode node = host.schedule(Duration.ZERO, () -> {});
        host.wheel.turn();
        node.refused();

        assertThat(node.isPending()).isFalse();
        assertThat(host.wheel.pending()).isZero();
    }

    @Test
    @Tag("gc")
    void endsWithItsOwner() throws InterruptedException {
        PeriodicTimer<Object> timer = every(new Object(), o -> runs.add(now()), false);
        GcBarrier.await();
        Reference<?> gone = collected.poll();
        assertThat(gone).isNotNull();
        ((PeriodicTimer.Owner<?>) gone).collected();

        assertThat(timer.isPending()).isFalse();
        assertThat(timer.action).isNull();
        assertThat(host.wheel.pending()).isZero();
        host.turnFor(SECOND.multipliedBy(3));
        assertThat(runs).isEmpty();
    }

    @Test
    @Tag("gc")
    void timeThatComesBeforeTheQueueEndsItToo() throws InterruptedException {
        PeriodicTimer<Object> timer = every(new Object(), o -> runs.add(now()), false);
        GcBarrier.await();
        host.turnFor(SECOND.multipliedBy(3));

        assertThat(runs).isEmpty();
        assertThat(timer.isPending()).isFalse();
        assertThat(host.wheel.pending()).isZero();
    }

    @Test
    void actionThatHoldsItsOwnerIsRefused() {
        List<Object> holder = new ArrayList<>();
        Consumer<List<Object>> captures = ignored -> holder.clear();

        assertThatThrownBy(() -> Captures.refuse(holder, captures))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holds the owner in field");
        Captures.refuse(holder, (Consumer<List<Object>>) List::clear);
        assertThatThrownBy(() -> Captures.refuse(captures, captures)).isInstanceOf(IllegalArgumentException.class);
    }
}
