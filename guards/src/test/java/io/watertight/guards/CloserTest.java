package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CloserTest {
    private final TestRegistry test = new TestRegistry();
    private final Site site = test.detector("closer").site("CloserTest");
    private final List<String> closed = new ArrayList<>();

    private AutoCloseable resource(String name) {
        return () -> closed.add(name);
    }

    private AutoCloseable failing(String name, Exception failure) {
        return () -> {
            closed.add(name);
            throw failure;
        };
    }

    @Test
    void closesTheLastAddedFirst() {
        Closer closer = new Closer(site);
        AutoCloseable first = resource("first");
        assertThat(closer.add(first)).isSameAs(first);
        closer.add("second", closed::add);
        closer.add(resource("third"));

        closer.close();
        closer.close();

        assertThat(closed).containsExactly("third", "second", "first");
        assertThat(site.stats().released()).isEqualTo(1);
    }

    @Test
    void firstFailureIsThrownAndTheLaterOnesAreSuppressedInOrder() {
        Closer closer = new Closer(site);
        IOException last = new IOException("last");
        RuntimeException middle = new IllegalStateException("middle");
        IOException first = new IOException("first");
        closer.add(failing("a", last));
        closer.add(resource("b"));
        closer.add(failing("c", middle));
        closer.add(failing("d", first));

        assertThatThrownBy(closer::close)
                .isInstanceOf(CloseFailedException.class)
                .hasMessageContaining("first")
                .hasCause(first);

        assertThat(closed).containsExactly("d", "c", "b", "a");
        assertThat(first.getSuppressed()).containsExactly(middle, last);
    }

    @Test
    void uncheckedFailureIsThrownAsItIs() {
        Closer closer = new Closer(site);
        RuntimeException failure = new IllegalStateException("busy");
        closer.add(resource("a"));
        closer.add(failing("b", failure));

        assertThatThrownBy(closer::close).isSameAs(failure);

        assertThat(closed).containsExactly("b", "a");
    }

    @Test
    void errorThatComesFirstIsThrownAsItIs() {
        Closer closer = new Closer(site);
        Error error = new AssertionError("bug");
        IOException later = new IOException("later");
        closer.add(failing("a", later));
        closer.add("b", name -> {
            throw error;
        });

        assertThatThrownBy(closer::close).isSameAs(error);

        assertThat(closed).containsExactly("a");
        assertThat(error.getSuppressed()).containsExactly(later);
    }

    @Test
    void errorThatComesLaterIsSuppressedInTheFirstFailure() {
        Closer closer = new Closer(site);
        Error error = new AssertionError("bug");
        RuntimeException first = new IllegalStateException("first");
        closer.add("a", name -> {
            throw error;
        });
        closer.add(failing("b", first));

        assertThatThrownBy(closer::close).isSameAs(first);

        assertThat(first.getSuppressed()).containsExactly(error);
    }

    @Test
    void oneFailureThrownTwiceIsNotSuppressedInItself() {
        Closer closer = new Closer(site);
        RuntimeException failure = new IllegalStateException("again");
        closer.add(failing("a", failure));
        closer.add(failing("b", failure));

        assertThatThrownBy(closer::close).isSameAs(failure);

        assertThat(failure.getSuppressed()).isEmpty();
    }

    @Test
    void closeThatFailsIsReported() {
        Closer closer = new Closer(site);
        RuntimeException failure = new IllegalStateException("busy");
        closer.add(failing("a", failure));

        assertThatThrownBy(closer::close).isSameAs(failure);

        test.registry.pump();
        assertThat(test.reports).extracting(LeakReport::evidence).containsExactly(Evidence.CLOSE_FAILED);
    }

    @Test
    void resourceAddedAfterCloseIsClosedAndRefused() {
        Closer closer = new Closer(site);
        closer.close();

        assertThatThrownBy(() -> closer.add(resource("late")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");

        assertThat(closed).containsExactly("late");
    }

    @Test
    void failureOfTheLateCloseIsSuppressedInTheRefusal() {
        Closer closer = new Closer(site);
        closer.close();
        IOException failure = new IOException("late");

        assertThatThrownBy(() -> closer.add(failing("late", failure)))
                .isInstanceOf(IllegalStateException.class)
                .hasSuppressedException(failure);
    }

    @Test
    void resourceAddedWhileClosingIsClosed() {
        Closer closer = new Closer(site);
        closer.add("adder", name -> {
            closed.add(name);
            closer.add(resource("late"));
        });

        assertThatThrownBy(closer::close).isInstanceOf(IllegalStateException.class);

        assertThat(closed).containsExactly("adder", "late");
    }

    @Test
    void keptResourcesStayOpen() {
        Closer closer = new Closer(site);
        closer.add(resource("kept"));

        closer.keep();
        closer.close();

        assertThat(closed).isEmpty();
        assertThat(site.stats().outstanding()).isZero();
        assertThat(site.stats().detached()).isEqualTo(1);
        assertThatThrownBy(closer::keep).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> closer.add(resource("late"))).isInstanceOf(IllegalStateException.class);
        assertThat(closed).containsExactly("late");
    }

    @Test
    @Tag("gc")
    void keptResourcesAreLetGo() {
        Closer closer = new Closer(site);
        WeakReference<Object> resource = addAndKeep(closer);

        GcBarrier.await();

        assertThat(resource.refersTo(null)).isTrue();
        closer.close();
    }

    private static WeakReference<Object> addAndKeep(Closer closer) {
        Object resource = closer.add(new Object(), kept -> {});
        closer.keep();
        return new WeakReference<>(resource);
    }

    @Test
    void droppedCloserIsReported() {
        Closer closer = new Closer(site);
        closer.add(resource("a"));

        site.table().forEach(LeakRecord::enqueue);
        test.registry.pump();

        assertThat(test.reports).extracting(LeakReport::evidence).containsExactly(Evidence.GC_PROVEN);
        assertThat(closed).isEmpty();
        closer.close();
        assertThat(closed).containsExactly("a");
    }

    @Test
    void nothingIsLostBetweenAddAndClose() throws Exception {
        for (int round = 0; round < 300; round++) {
            Closer closer = new Closer(site);
            AtomicInteger open = new AtomicInteger();
            CyclicBarrier start = new CyclicBarrier(2);
            Thread adder = new Thread(() -> {
                try {
                    start.await();
                    while (true) {
                        open.incrementAndGet();
                        closer.add(open, AtomicInteger::decrementAndGet);
                    }
                } catch (IllegalStateException closedNow) {
                    // The end of this thread: the resource was refused, and is closed.
                } catch (Exception failed) {
                    throw new AssertionError(failed);
                }
            });
            adder.start();

            start.await();
            for (int spins = round % 64; spins > 0; spins--) {
                Thread.onSpinWait();
            }
            closer.close();
            adder.join();

            assertThat(open).as("resources open after round %d", round).hasValue(0);
        }
    }
}
