package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.watertight.concurrency.CancelToken.Registration;
import io.watertight.testing.AllocationMode;
import io.watertight.testing.Allocations;
import io.watertight.testing.GcBarrier;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CancelTokenTest {
    private static final int CALLBACK_BYTES = 32;

    /** Escapes, so that no compiler removes what is made. */
    static volatile Object sink;

    private final CancelSource source = new CancelSource();
    private final CancelToken token = source.token();
    private final List<String> ran = new ArrayList<>();

    private static void nothing() {}

    @Test
    void cancelIsSeenForEver() {
        assertThat(token.isCancelled()).isFalse();
        assertThat(token.cause()).isNull();
        token.throwIfCancelled();
        IllegalStateException why = new IllegalStateException("why");

        assertThat(source.cancel(why)).isTrue();
        assertThat(source.cancel(new IllegalStateException("other"))).isFalse();
        assertThat(source.cancel()).isFalse();
        assertThat(token.isCancelled()).isTrue();
        assertThat(token.cause()).isSameAs(why);
        assertThatThrownBy(token::throwIfCancelled)
                .isInstanceOf(CancellationException.class)
                .hasCause(why);
    }

    @Test
    void cancelWithoutCauseTellsWhoDidIt() {
        assertThat(source.cancel()).isTrue();

        assertThat(token.cause())
                .isInstanceOf(CancellationException.class)
                .satisfies(cause -> assertThat(cause.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(CancelTokenTest.class.getName())));
    }

    @Test
    void closeCancels() {
        try (CancelSource closed = source) {
            closed.token().onCancel(() -> ran.add("ran"));
        }

        assertThat(token.isCancelled()).isTrue();
        assertThat(token.cause()).hasMessageContaining("closed");
        assertThat(ran).containsExactly("ran");
        source.close();
        assertThat(ran).hasSize(1);
    }

    @Test
    void callbacksRunOnceInTheOrderOfTheirRegistration() {
        token.onCancel(() -> ran.add("a"));
        token.onCancel(() -> ran.add("b " + token.isCancelled()));
        source.cancel();
        source.cancel();

        assertThat(ran).containsExactly("a", "b true");
        assertThat(token.callbacks()).isZero();
    }

    @Test
    void lateCallbackRunsAtOnce() {
        source.cancel();
        Registration late = token.onCancel(() -> ran.add("late"));

        assertThat(ran).containsExactly("late");
        assertThat(late.unregister()).isFalse();
    }

    @Test
    void unregisteredCallbackNeverRuns() {
        Registration first = token.onCancel(() -> ran.add("first"));
        Registration middle = token.onCancel(() -> ran.add("middle"));
        Registration last = token.onCancel(() -> ran.add("last"));
        token.onCancel(() -> ran.add("kept"));

        assertThat(middle.unregister()).isTrue();
        assertThat(middle.unregister()).isFalse();
        last.close();
        assertThat(first.unregister()).isTrue();
        source.cancel();
        assertThat(ran).containsExactly("kept");
    }

    @Test
    void callbackMayUnregisterOthersAndItself() {
        Registration[] made = new Registration[3];
        made[0] = token.onCancel(() -> {
            ran.add("0");
            assertThat(made[0].unregister()).isFalse();
            assertThat(made[1].unregister()).isTrue();
        });
        made[1] = token.onCancel(() -> ran.add("1"));
        made[2] = token.onCancel(() -> ran.add("2"));
        source.cancel();

        assertThat(source.callbackFailures()).isEmpty();
        assertThat(ran).containsExactly("0", "2");
    }

    @Test
    void failuresAreKeptAndStopNoOther() {
        IllegalStateException failure = new IllegalStateException("callback");
        AssertionError error = new AssertionError("error");
        token.onCancel(() -> {
            throw failure;
        });
        token.onCancel(() -> ran.add("after"));
        assertThat(source.cancel()).isTrue();
        token.onCancel(() -> {
            throw error;
        });

        assertThat(ran).containsExactly("after");
        assertThat(source.callbackFailures()).containsExactly(failure, error);
    }

    @Test
    void onlySixteenFailuresAreKept() {
        for (int i = 0; i < 20; i++) {
            token.onCancel(() -> {
                throw new IllegalStateException("callback");
            });
        }
        source.cancel();

        assertThat(source.callbackFailures()).hasSize(16);
    }

    @Test
    void childIsCancelledWithItsParent() {
        CancelSource child = new CancelSource(token);
        CancelSource grandchild = new CancelSource(child.token());
        grandchild.token().onCancel(() -> ran.add("grandchild " + child.token().isCancelled()));
        IllegalStateException why = new IllegalStateException("why");
        source.cancel(why);

        assertThat(ran).containsExactly("grandchild true");
        assertThat(grandchild.token().isCancelled()).isTrue();
        assertThat(grandchild.token().cause()).isSameAs(why);
        assertThat(child.cancel(new IllegalStateException("late"))).isFalse();
        assertThat(child.token().cause()).isSameAs(why);
    }

    @Test
    void childIsCancelledAlone() {
        CancelSource child = new CancelSource(token);
        IllegalStateException why = new IllegalStateException("why");
        child.token().onCancel(() -> ran.add("child"));

        assertThat(child.cancel(why)).isTrue();
        assertThat(token.isCancelled()).isFalse();
        source.cancel();
        assertThat(child.token().cause()).isSameAs(why);
        assertThat(ran).containsExactly("child");
    }

    @Test
    void childOfACancelledParentIsCancelled() {
        source.cancel();
        CancelSource child = new CancelSource(token);
        CancelSource grandchild = new CancelSource(child.token());
        grandchild.token().onCancel(() -> ran.add("ran"));

        assertThat(child.token().isCancelled()).isTrue();
        assertThat(child.cancel(new IllegalStateException("late"))).isFalse();
        assertThat(child.token().cause()).isSameAs(token.cause());
        assertThat(ran).containsExactly("ran");
        assertThat(grandchild.token().cause()).isSameAs(token.cause());
    }

    @Test
    void whoAsksAChildForItsCauseRunsNoCallbackOfOthers() {
        CancelSource child = new CancelSource(token);
        token.onCancel(() -> assertThat(child.token().cause()).isSameAs(token.cause()));
        child.token().onCancel(() -> ran.add(String.valueOf(child.token().cause() == token.cause())));
        source.cancel();

        assertThat(source.callbackFailures()).isEmpty();
        assertThat(ran).containsExactly("true");
    }

    @Test
    void parentKnowsAChildOnlyWhileItHasCallbacks() {
        CancelSource child = new CancelSource(token);
        assertThat(token.callbacks()).isZero();
        Registration first = child.token().onCancel(CancelTokenTest::nothing);
        Registration second = child.token().onCancel(CancelTokenTest::nothing);
        assertThat(token.callbacks()).isEqualTo(1);
        first.close();
        assertThat(token.callbacks()).isEqualTo(1);
        second.close();
        assertThat(token.callbacks()).isZero();
        child.token().onCancel(() -> ran.add("again"));
        assertThat(token.callbacks()).isEqualTo(1);
        child.cancel();

        assertThat(token.callbacks()).isZero();
        assertThat(ran).containsExactly("again");
    }

    @Test
    @Tag("gc")
    void droppedChildIsCollectedAlthoughItsParentLives() throws InterruptedException {
        WeakReference<?> child = dropChild();
        GcBarrier.await();

        assertThat(child.get()).isNull();
        assertThat(token.isCancelled()).isFalse();
    }

    private WeakReference<?> dropChild() {
        CancelSource child = new CancelSource(token);
        child.token().onCancel(CancelTokenTest::nothing).close();
        return new WeakReference<>(child.token());
    }

    @Test
    @Tag("gc")
    void cancelAndUnregisterFreeWhatTheCallbackHolds() throws InterruptedException {
        List<Registration> kept = new ArrayList<>();
        WeakReference<?> unregistered = register(kept);
        WeakReference<?> fired = register(kept);
        assertThat(kept.get(0).unregister()).isTrue();
        source.cancel();
        GcBarrier.await();

        assertThat(unregistered.get()).isNull();
        assertThat(fired.get()).isNull();
        assertThat(kept).hasSize(2);
    }

    private WeakReference<?> register(List<Registration> kept) {
        AtomicInteger payload = new AtomicInteger();
        kept.add(token.onCancel(payload::incrementAndGet));
        return new WeakReference<>(payload);
    }

    @Test
    void neverIsNotCancelledAndKeepsNothing() {
        Registration registration = CancelToken.never().onCancel(() -> ran.add("ran"));
        CancelSource child = new CancelSource(CancelToken.never());
        child.token().onCancel(() -> ran.add("child"));

        assertThat(CancelToken.never().callbacks()).isZero();
        assertThat(CancelToken.never().isCancelled()).isFalse();
        assertThat(registration.unregister()).isTrue();
        assertThat(registration.unregister()).isFalse();
        child.cancel();
        assertThat(ran).containsExactly("child");
    }

    @Test
    void nullsAreRefused() {
        assertThatThrownBy(() -> token.onCancel(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> source.cancel(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> new CancelSource(null)).isInstanceOf(NullPointerException.class);
        assertThat(token.isCancelled()).isFalse();
    }

    @Test
    void checkAllocatesNothingAndACallbackItsRegistrationOnly() {
        CancelToken child = new CancelSource(token).token();

        Allocations.assertAllocatesAtMost(0, AllocationMode.STEADY, () -> {
            if (child.isCancelled()) {
                throw new AssertionError("cancelled");
            }
            child.throwIfCancelled();
        });
        Allocations.assertAllocatesAtMost(CALLBACK_BYTES, AllocationMode.STEADY, () -> {
            Registration registration = token.onCancel(CancelTokenTest::nothing);
            sink = registration;
            registration.close();
        });
    }
}
