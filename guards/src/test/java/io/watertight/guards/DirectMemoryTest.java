package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;

class DirectMemoryTest {
    private final TestRegistry test = new TestRegistry();
    private final Site site = test.detector("direct").site("DirectMemoryTest");

    @Test
    void bufferIsDirectZeroedAndOne() {
        try (DirectMemory memory = DirectMemory.allocate(site, 100)) {
            ByteBuffer buffer = memory.get();

            assertThat(buffer.isDirect()).isTrue();
            assertThat(buffer.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
            assertThat(buffer.capacity()).isEqualTo(100);
            assertThat(buffer.remaining()).isEqualTo(100);
            assertThat(buffer.get(99)).isZero();
            buffer.putInt(0, 42).position(7);
            assertThat(memory.get()).isSameAs(buffer);
        }
    }

    @Test
    void emptyBufferIsAllowed() {
        try (DirectMemory memory = DirectMemory.allocate(site, 0)) {
            assertThat(memory.get().capacity()).isZero();
        }
    }

    @Test
    void bytesAreCountedWhileOpen() {
        DirectMemory memory = DirectMemory.allocate(site, 4096);
        assertThat(memory.isOpen()).isTrue();
        assertThat(site.stats().outstandingBytes()).isEqualTo(4096);

        memory.close();

        assertThat(memory.isOpen()).isFalse();
        assertThat(site.stats().outstandingBytes()).isZero();
        assertThat(site.stats().released()).isEqualTo(1);
    }

    @Test
    void bufferIsGoneAfterClose() {
        DirectMemory memory = DirectMemory.allocate(site, 8);

        memory.close();
        memory.close();

        assertThatThrownBy(memory::get)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThat(site.stats().redundantCloses()).isEqualTo(1);
        assertThat(memory.toString()).contains("closed");
    }

    @Test
    @Tag("gc")
    void closedMemoryLetsGoOfItsBuffer() {
        DirectMemory memory = DirectMemory.allocate(site, 8);
        WeakReference<ByteBuffer> buffer = new WeakReference<>(memory.get());

        memory.close();
        GcBarrier.await();

        assertThat(buffer.refersTo(null)).isTrue();
        assertThat(memory.isOpen()).isFalse();
    }

    @Test
    @EnabledForJreRange(maxVersion = 21)
    void viewStaysUsableAfterCloseBefore22() {
        DirectMemory memory = DirectMemory.allocate(site, 8);
        ByteBuffer view = memory.get().duplicate();

        memory.close();

        assertThat(view.put(0, (byte) 1).get(0)).isEqualTo((byte) 1);
    }

    @Test
    @EnabledForJreRange(minVersion = 22)
    void bufferAndViewsThrowAfterCloseSince22() {
        DirectMemory memory = DirectMemory.allocate(site, 8);
        ByteBuffer buffer = memory.get();
        ByteBuffer view = buffer.duplicate();
        ByteBuffer slice = buffer.slice(2, 4);

        memory.close();

        assertThatThrownBy(() -> buffer.get(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> view.put(0, (byte) 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> slice.get(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void negativeCapacityIsRefused() {
        assertThatThrownBy(() -> DirectMemory.allocate(site, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("capacity must not be negative: -1");

        assertThat(site.stats().acquired()).isZero();
    }

    @Test
    void droppedMemoryIsReportedWithItsSize() {
        DirectMemory memory = DirectMemory.allocate(site, 512);

        site.table().forEach(LeakRecord::enqueue);
        test.registry.pump();

        assertThat(test.reports).hasSize(1);
        assertThat(test.reports.get(0).bytes()).isEqualTo(512);
        memory.close();
    }
}
