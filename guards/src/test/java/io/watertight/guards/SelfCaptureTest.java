package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SelfCaptureTest {
    private final TestRegistry test = new TestRegistry();
    private final Site site = test.detector("owner").site("SelfCaptureTest");
    private final AtomicInteger released = new AtomicInteger();

    /** Owns a resource, and registers cleanups in right and in wrong ways. */
    private class Owner {
        private final AtomicInteger resource = released;

        void release() {
            resource.incrementAndGet();
        }

        CleanupAction<AtomicInteger> capturingLambda() {
            return ignored -> resource.incrementAndGet();
        }

        Runnable methodOfThis() {
            return this::release;
        }

        CleanupAction<AtomicInteger> anonymousClass() {
            return new CleanupAction<>() {
                @Override
                public void run(AtomicInteger ignored) {
                    release();
                }
            };
        }
    }

    private static class Base {
        private final Object held;

        Base(Object held) {
            this.held = held;
        }

        Object held() {
            return held;
        }
    }

    /** Holds an object in a field of its superclass. */
    private static final class Holder extends Base {
        Holder(Object held) {
            super(held);
        }
    }

    private void assertRefused(Object owner, CleanupAction<? super AtomicInteger> action, String... says) {
        assertThatThrownBy(() -> site.guard(owner, released, action))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(says)
                .hasMessageContaining("can never be found dropped");
    }

    @Test
    void capturingLambdaIsRefusedAndTheResourceReleased() {
        Owner owner = new Owner();

        assertRefused(
                owner,
                owner.capturingLambda(),
                "the action holds the referent in field '",
                "lambda or method reference in",
                "Owner");

        assertThat(released).hasValue(1);
        assertThat(site.stats().acquired()).isZero();
    }

    @Test
    void methodOfTheReferentIsRefused() {
        Owner owner = new Owner();

        assertThatThrownBy(() -> site.register(owner, owner.methodOfThis()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the action holds the referent in field '");

        assertThat(released).hasValue(0);
    }

    @Test
    void anonymousClassInsideTheReferentIsRefused() {
        Owner owner = new Owner();

        assertRefused(owner, owner.anonymousClass(), "the action holds the referent in field 'this$1'", "Owner$1");

        assertThat(released).hasValue(1);
    }

    @Test
    void resourceThatHoldsTheReferentIsRefused() {
        Object owner = new Object();
        AtomicInteger runs = new AtomicInteger();

        assertThatThrownBy(() -> site.guard(owner, new Holder(owner), holder -> runs.incrementAndGet()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the resource holds the referent in field 'held'")
                .hasMessageContaining(Holder.class.getName());

        assertThat(runs).hasValue(1);
    }

    @Test
    void resourceThatIsTheReferentIsRefused() {
        AtomicInteger runs = new AtomicInteger();

        assertThatThrownBy(() -> site.guard(runs, runs, AtomicInteger::incrementAndGet))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the resource is the referent itself");

        assertThat(runs).hasValue(1);
    }

    @Test
    void actionThatIsTheReferentIsRefused() {
        Runnable both = released::incrementAndGet;

        assertThatThrownBy(() -> site.register(both, both))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is the referent itself");
    }

    @Test
    void cleanupThatCapturesNothingIsFine() {
        Owner owner = new Owner();

        Guard<AtomicInteger> guard = site.guard(owner, released, AtomicInteger::incrementAndGet);
        guard.close();

        assertThat(released).hasValue(1);
    }

    @Test
    void cleanupThatCapturesSomethingElseIsFine() {
        Owner owner = new Owner();
        AtomicInteger other = new AtomicInteger();

        site.guard(owner, released, ignored -> other.incrementAndGet()).close();
        site.guard(owner, new Holder(new Object()), Base::held).close();

        assertThat(other).hasValue(1);
    }

    @Test
    void equalObjectIsNotTheReferent() {
        record Name(String text) {}
        Name owner = new Name("a");

        assertThatCode(() ->
                        site.guard(owner, new Holder(new Name("a")), Base::held).close())
                .doesNotThrowAnyException();
    }

    @Test
    void fieldsOfTheJdkAreUnverifiableAndAllowed() {
        Owner owner = new Owner();
        FutureTask<Void> wrapper = new FutureTask<>(owner.methodOfThis(), null);

        assertThatCode(() -> site.register(owner, wrapper).clean()).doesNotThrowAnyException();
        assertThatCode(() -> site.guard(owner, new AtomicReference<>(owner), ref -> ref.set(null))
                        .close())
                .doesNotThrowAnyException();

        assertThat(released).hasValue(1);
    }

    @Test
    void referentMustNotBeNull() {
        assertThatThrownBy(() -> site.guard(null, released, AtomicInteger::incrementAndGet))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("referent");

        assertThat(released).hasValue(1);
    }
}
