package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gc")
class GcBarrierTest {
    @Test
    void afterItEverythingUnreachableIsInItsQueue() {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        List<Reference<?>> references = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            references.add(new PhantomReference<>(new Object(), queue));
        }

        assertThat(GcBarrier.await()).isTrue();

        int found = 0;
        while (queue.poll() != null) {
            found++;
        }
        assertThat(found).isEqualTo(references.size());
    }

    @Test
    void anotherWayToCollectIsTriedWhenOneDoesNothing() {
        List<String> tried = new ArrayList<>();
        WeakReference<Object> reference = new WeakReference<>(new Object());

        boolean controlled = GcBarrier.await(
                List.of(() -> tried.add("broken"), () -> {
                    tried.add("works");
                    System.gc();
                }),
                Long.MAX_VALUE);

        assertThat(controlled).isTrue();
        assertThat(tried).containsExactly("broken", "works", "works", "works");
        assertThat(reference.refersTo(null)).isTrue();
    }

    @Test
    void collectorThatDoesNotListenIsReported() {
        assertThat(GcBarrier.await(List.of(() -> {}), 1)).isFalse();
    }

    @Test
    void interruptIsKeptForLater() {
        Thread.currentThread().interrupt();

        boolean controlled = GcBarrier.await();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(controlled).isTrue();
    }
}
