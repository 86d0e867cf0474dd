package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** The kernel, turned by hand: no threads, no sleeps. */
class TimerWheelTest {
    private static final Duration TICK = Duration.ofNanos(TimerWheel.TICK_NANOS);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final ManualHost host = new ManualHost(100);
    private final TimerWheel wheel = host.wheel;
    private final List<Duration> fired = new ArrayList<>();

    private TimerNode schedule(Duration delay) {
        return host.schedule(delay, () -> fired.add(Duration.ofNanos(host.ticker.nanos())));
    }

    /** A timer that has been put into its bucket. */
    private TimerNode linked(Duration delay) {
        TimerNode node = schedule(delay);
        wheel.turn();
        assertThat(node.stateVolatile()).isEqualTo(TimerNode.LINKED);
        return node;
    }

    @Test
    void firesOnceWithinATickAndNeverEarly() {
        host.ticker.advance(Duration.ofMillis(3));
        schedule(Duration.ofMillis(15)); // at 18
        TimerNode late = schedule(SECOND);
        host.turnFor(HOUR);

        assertThat(fired).containsExactly(Duration.ofMillis(20), Duration.ofMillis(1010));
        assertThat(late.isPending()).isFalse();
        assertThat(late.cancel()).isFalse();
        assertThat(wheel.pending()).isZero();
    }

    @Test
    void whatIsDueAlreadyFiresInTheNextTurn() {
        TimerNode node = schedule(Duration.ZERO);
        wheel.turn();
        assertThat(node.stateVolatile()).isEqualTo(TimerNode.DUE);
        host.runDue();

        assertThat(fired).hasSize(1);
    }

    @Test
    void cancelFreesActionAndPlaceInEveryState() {
        TimerNode init = schedule(HOUR);
        assertCancels(init);
        TimerNode linked = linked(HOUR);
        assertCancels(linked);
        TimerNode due = schedule(Duration.ZERO);
        wheel.turn();
        assertCancels(due);
        assertThat(host.due).as("withdrawn").isEmpty();
        host.turnFor(HOUR.multipliedBy(2));
        assertThat(fired).isEmpty();
    }

    private void assertCancels(TimerNode node) {
        assertThat(node.isPending()).isTrue();
        assertThat(wheel.pending()).isEqualTo(1);
        assertThat(node.cancel()).isTrue();
        assertThat(node.action).isNull();
        assertThat(wheel.pending()).isZero();
        assertThat(node.isPending()).isFalse();
        assertThat(node.cancel()).isFalse();
        assertThat(wheel.pending()).isZero();
    }

    @Test
    void actionIsFreeBeforeItRunsAndCancelIsTooLateThen() {
        List<Object> seen = new ArrayList<>();
        TimerNode[] self = new TimerNode[1];
        self[0] = host.schedule(SECOND, () -> {
            seen.add(self[0].action == null);
            seen.add(self[0].cancel());
            seen.add(wheel.pending());
        });
        host.turnFor(SECOND.multipliedBy(2));

        assertThat(seen).containsExactly(true, false, 0L);
    }

    @Test
    void cancelledTimerLeavesItsBucketInTheNextTurn() {
        TimerNode node = linked(HOUR);
        assertThat(node.bucket).isNotEqualTo(TimerBuckets.NOWHERE);
        node.cancel();
        wheel.turn();

        assertThat(node.bucket).isEqualTo(TimerBuckets.NOWHERE);
        assertThat(host.turnFor(Duration.ofSeconds(6))).as("goes on").isFalse();
    }

    @Test
    void cancelledTimerThatIsDueMeanwhileIsLeftAlone() {
        TimerNode node = linked(SECOND);
        host.ticker.advance(SECOND.multipliedBy(2));
        node.cancel(); // still in its bucket, and on the discarded stack
        wheel.turn();
        wheel.turn();

        assertThat(host.due).isEmpty();
        assertThat(node.bucket).isEqualTo(TimerBuckets.NOWHERE);
    }

    @Test
    void waitsForTheNextUsedBucketOnly() {
        schedule(HOUR);
        wheel.turn();
        host.parks.clear();
        host.turnFor(HOUR);

        assertThat(fired).containsExactly(HOUR);
        assertThat(host.parks)
                .as("the far list, the second level, the first level, and after the last one")
                .hasSizeLessThanOrEqualTo(5);
    }

    @Test
    void threadEndsFiveSecondsAfterTheLastTimerAndComesBack() {
        schedule(SECOND);
        assertThat(host.starts).isEqualTo(1);
        assertThat(host.turnFor(HOUR)).as("goes on").isFalse();

        assertThat(Duration.ofNanos(host.ticker.nanos())).isEqualTo(SECOND.plusSeconds(5));
        schedule(SECOND);
        assertThat(host.starts).isEqualTo(2);
        host.turnFor(HOUR);
        assertThat(fired).hasSize(2);
    }

    @Test
    void emptyWheelWaitsOnce() {
        schedule(SECOND);
        host.turnFor(HOUR);

        assertThat(host.parks).containsExactly(TICK, SECOND.minus(TICK), Duration.ofSeconds(5));
    }

    @Test
    void sleepingWheelIsWokenOnceAndABusyOneNever() {
        linked(HOUR);
        host.whileParked = () -> {
            schedule(SECOND);
            assertThat(host.unparks).isEqualTo(1);
            schedule(SECOND);
            assertThat(host.unparks).isEqualTo(1);
        };
        wheel.turn();
        assertThat(host.unparks).isEqualTo(1);
        host.whileParked = () -> schedule(SECOND);
        wheel.turn(); // takes the two, and naps
        wheel.turn();

        assertThat(host.unparks).isEqualTo(1);
        assertThat(host.starts).isEqualTo(1);
        host.turnFor(SECOND.multipliedBy(2));
        assertThat(fired).hasSize(3);
    }

    @Test
    void cancelWakesASleepingWheelSoThatTheShellGoes() {
        TimerNode node = linked(HOUR);
        host.whileParked = node::cancel;
        wheel.turn();

        assertThat(host.unparks).isEqualTo(1);
        assertThat(node.bucket).isNotEqualTo(TimerBuckets.NOWHERE);
        wheel.turn();
        assertThat(node.bucket).isEqualTo(TimerBuckets.NOWHERE);
    }

    @Test
    void oneMoreThanMaxPendingIsRefusedUntilOneIsCancelled() {
        ManualHost small = new ManualHost(2);
        TimerNode first = small.schedule(HOUR, () -> {});
        small.schedule(HOUR, () -> {});

        assertThatThrownBy(() -> small.schedule(HOUR, () -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("timers 'manual'")
                .hasMessageContaining("max=2");
        assertThat(small.wheel.pending()).isEqualTo(2);
        first.cancel();
        assertThat(small.schedule(HOUR, () -> {}).isPending()).isTrue();
    }

    @Test
    void timerThatIsRefusedAtOnceWasScheduledAllTheSame() {
        host.onStart = () -> {
            wheel.turn();
            host.due.remove().refused();
        };
        TimerNode node = schedule(Duration.ZERO);

        assertThat(node.isPending()).isFalse();
        assertThat(wheel.pending()).isZero();
    }

    @Test
    void closeCancelsWhateverState() {
        TimerNode linked = linked(HOUR);
        TimerNode far = linked(HOUR.multipliedBy(24));
        TimerNode init = schedule(HOUR);
        wheel.close();
        assertThat(host.ends).hasValue(0);
        assertThat(wheel.turn()).isFalse();

        assertThat(host.ends).hasValue(1);
        assertThat(List.of(linked, far, init)).allSatisfy(node -> {
            assertThat(node.isPending()).isFalse();
            assertThat(node.action).isNull();
        });
        assertThat(wheel.pending()).isZero();
        assertThat(wheel.isDrained()).isTrue();
        int starts = host.starts;
        assertThatThrownBy(() -> schedule(SECOND))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("closed");
        assertThat(host.starts).isEqualTo(starts);
        assertThat(wheel.pending()).isZero();
    }

    @Test
    void closeOfAWheelWithoutThreadDrainsAtOnce() {
        wheel.close();

        assertThat(host.starts).isZero();
        assertThat(host.ends).hasValue(1);
    }

    @Test
    void dueActionDoesNotBeginAfterClose() {
        TimerNode due = schedule(Duration.ZERO);
        wheel.turn();
        wheel.close();
        due.run();

        assertThat(fired).isEmpty();
        assertThat(due.stateVolatile()).isEqualTo(TimerNode.CANCELLED);
        assertThat(wheel.pending()).isZero();
    }

    @Test
    void closeWakesASleepingWheel() {
        linked(HOUR);
        host.whileParked = wheel::close;
        wheel.turn();

        assertThat(host.unparks).isEqualTo(1);
        assertThat(wheel.turn()).isFalse();
        assertThat(wheel.pending()).isZero();
    }

    @Test
    void closeIsSeenByAThreadThatIsAboutToEnd() {
        schedule(SECOND);
        host.turnFor(SECOND.plusSeconds(4));
        host.ticker.whenRead = wheel::close; // in the midst of its last turn
        assertThat(wheel.turn()).as("goes on").isTrue();
        assertThat(wheel.turn()).isFalse();

        assertThat(host.ends).hasValue(1);
        assertThat(wheel.isDrained()).isTrue();
    }

    @Test
    void threadThatCannotStartIsTriedAgain() {
        host.failsToStart = true;
        TimerNode node = schedule(SECOND);
        assertThat(node.isPending()).isTrue();
        assertThat(host.failures).hasSize(1);
        wheel.rescue();
        assertThat(host.failures).hasSize(2);
        host.failsToStart = false;
        wheel.rescue();
        wheel.rescue();

        assertThat(host.starts).isEqualTo(1);
        host.turnFor(SECOND.multipliedBy(2));
        assertThat(fired).hasSize(1);
    }

    @Test
    void failureOfAnActionIsPassedOn() {
        IllegalStateException failure = new IllegalStateException("action");
        host.schedule(SECOND, () -> {
            throw failure;
        });
        schedule(SECOND);
        host.turnFor(SECOND.multipliedBy(2));

        assertThat(host.failures).containsExactly(failure);
        assertThat(fired).hasSize(1);
        assertThat(wheel.pending()).isZero();
    }

    @Test
    void longestDelayDoesNotOverflow() {
        TimerNode node = wheel.schedule(Long.MAX_VALUE, () -> {});
        host.turnFor(HOUR.multipliedBy(3));

        assertThat(node.isPending()).isTrue();
        assertThat(fired).isEmpty();
        assertThat(host.due).isEmpty();
    }

    @Test
    void ticksRoundUp() {
        assertThat(TimerWheel.tickAt(0)).isZero();
        assertThat(TimerWheel.tickAt(1)).isEqualTo(1);
        assertThat(TimerWheel.tickAt(TICK.toNanos())).isEqualTo(1);
        assertThat(TimerWheel.tickAt(TICK.toNanos() + 1)).isEqualTo(2);
    }
}
