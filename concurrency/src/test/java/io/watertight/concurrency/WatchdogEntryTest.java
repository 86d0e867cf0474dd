package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.testing.AllocationMode;
import io.watertight.testing.Allocations;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/** What is seen of one thread, which does what a test has written down. */
class WatchdogEntryTest {
    private static final StackTraceElement WORK = new StackTraceElement("Work", "run", "Work.java", 1);
    private static final StackTraceElement OTHER = new StackTraceElement("Work", "run", "Work.java", 2);
    private static final StackTraceElement READ = new StackTraceElement("Socket", "read0", "Socket.java", -2);

    private final FakeTaskHost host = new FakeTaskHost();
    private final TaskRecord<String> first = new TaskRecord<>(host, "first");
    private final TaskRecord<String> second = new TaskRecord<>(host, "second");
    private final WatchdogEntry entry = new WatchdogEntry();
    private final ScriptedThread thread = new ScriptedThread();

    /** Never started. */
    private static final class ScriptedThread extends Thread {
        private final Deque<State> states = new ArrayDeque<>();
        private final Deque<StackTraceElement> places = new ArrayDeque<>();
        Runnable whileLooking = () -> {};

        void at(State state, StackTraceElement place) {
            states.add(state);
            places.add(place);
        }

        @Override
        public State getState() {
            return states.remove();
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            whileLooking.run();
            return new StackTraceElement[] {places.remove()};
        }
    }

    private StuckReport.Kind kindOfThreeLooks() {
        entry.begin(first);
        entry.age(0, 10);
        assertThat(entry.look(thread)).isNull();
        assertThat(entry.look(thread)).isNull();
        StuckLooks looks = entry.look(thread);
        assertThat(looks).isNotNull();
        assertThat(looks.task()).isSameAs(first);
        return looks.kind();
    }

    @Test
    void ageIsThatOfTheNumber() {
        assertThat(entry.age(100, 10)).isNegative();
        entry.begin(first);
        assertThat(entry.age(200, 10)).isZero();
        assertThat(entry.age(207, 10)).isEqualTo(7);
        entry.end();
        assertThat(entry.age(220, 10)).isNegative();
        entry.begin(second);
        assertThat(entry.age(230, 10)).isZero();
    }

    @Test
    void nextTaskIsNotTakenForTheOneBefore() {
        entry.begin(first);
        assertThat(entry.age(200, 10)).isZero();
        entry.end();
        entry.begin(second);

        assertThat(entry.age(230, 10)).isZero();
    }

    @Test
    void dueAtTheThresholdAndThenAtTwiceTheAge() {
        entry.begin(first);
        entry.age(0, 10);

        assertThat(entry.isDue(9)).isFalse();
        assertThat(entry.isDue(10)).isTrue();
        entry.reported(13);
        assertThat(entry.isDue(25)).isFalse();
        assertThat(entry.isDue(26)).isTrue();
    }

    @Test
    void nextTaskIsDueAtTheThresholdAgain() {
        entry.begin(first);
        entry.age(0, 10);
        entry.reported(1_000);
        entry.end();
        entry.begin(second);

        assertThat(entry.isDue(entry.age(2_000, 10))).isFalse();
        assertThat(entry.isDue(entry.age(2_010, 10))).isTrue();
    }

    @Test
    void runningAtEachLookIsHot() {
        thread.at(Thread.State.RUNNABLE, WORK);
        thread.at(Thread.State.RUNNABLE, WORK);
        thread.at(Thread.State.RUNNABLE, OTHER);

        assertThat(kindOfThreeLooks()).isEqualTo(StuckReport.Kind.HOT);
    }

    @Test
    void waitingAtTheSamePlaceIsBlocked() {
        thread.at(Thread.State.WAITING, WORK);
        thread.at(Thread.State.WAITING, WORK);
        thread.at(Thread.State.WAITING, WORK);

        assertThat(kindOfThreeLooks()).isEqualTo(StuckReport.Kind.BLOCKED);
    }

    @Test
    void inANativeMethodItIsBlockedThoughItIsRunnable() {
        thread.at(Thread.State.RUNNABLE, READ);
        thread.at(Thread.State.RUNNABLE, READ);
        thread.at(Thread.State.RUNNABLE, READ);

        assertThat(kindOfThreeLooks()).isEqualTo(StuckReport.Kind.BLOCKED);
    }

    @Test
    void waitingNowAndThenIsSlow() {
        thread.at(Thread.State.TIMED_WAITING, WORK);
        thread.at(Thread.State.RUNNABLE, OTHER);
        thread.at(Thread.State.TIMED_WAITING, WORK);

        assertThat(kindOfThreeLooks()).isEqualTo(StuckReport.Kind.SLOW);
    }

    @Test
    void stackOfTheNextTaskIsNotTaken() {
        entry.begin(first);
        entry.age(0, 10);
        thread.at(Thread.State.WAITING, WORK);
        thread.at(Thread.State.WAITING, WORK);
        thread.at(Thread.State.WAITING, OTHER);
        entry.look(thread);
        entry.look(thread);
        thread.whileLooking = () -> {
            entry.end();
            entry.begin(second);
        };

        assertThat(entry.look(thread)).isNull();

        thread.whileLooking = () -> {};
        assertThat(entry.age(10, 10)).isZero();
        for (int look = 1; look < StuckLooks.WANTED; look++) {
            thread.at(Thread.State.WAITING, OTHER);
            assertThat(entry.look(thread)).isNull(); // those of the first task are forgotten
        }
        thread.at(Thread.State.WAITING, OTHER);
        assertThat(entry.look(thread).task()).isSameAs(second);
    }

    @Test
    void stackAfterTheEndIsNotTaken() {
        entry.begin(first);
        entry.age(0, 10);
        thread.at(Thread.State.WAITING, WORK);
        thread.whileLooking = entry::end;

        assertThat(entry.look(thread)).isNull();
        assertThat(entry.task()).isNull();
    }

    @Test
    void tellingAllocatesNothing() {
        Allocations.assertAllocatesAtMost(0, AllocationMode.STEADY, () -> {
            entry.begin(first);
            entry.end();
        });
    }
}
