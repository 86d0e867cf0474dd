package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {
    private final TestRegistry test = new TestRegistry();
    private final Site site = test.detector("block").site("NativeMemoryTest");
    private final Allocator allocator = new Allocator();

    @Test
    void closeFreesTheBlockOnce() {
        long address = allocator.allocate(64);
        NativeMemory memory = NativeMemory.guard(site, address, 64, allocator::free);
        assertThat(memory.address()).isEqualTo(address);

        memory.close();
        memory.close();

        assertThat(allocator.freed).containsExactly(address);
    }

    @Test
    void bytesAreCountedWhileOpen() {
        NativeMemory small = NativeMemory.guard(site, allocator.allocate(64), 64, allocator::free);
        NativeMemory large = NativeMemory.guard(site, allocator.allocate(4096), 4096, allocator::free);

        assertThat(large.bytes()).isEqualTo(4096);
        assertThat(site.stats().outstandingBytes()).isEqualTo(4160);
        small.close();
        assertThat(site.stats().outstandingBytes()).isEqualTo(4096);
        large.close();
        assertThat(site.stats().outstandingBytes()).isZero();
    }

    @Test
    void addressAfterCloseIsRefused() {
        NativeMemory memory = NativeMemory.guard(site, allocator.allocate(64), 64, allocator::free);
        memory.close();

        assertThatThrownBy(memory::address)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThat(memory.bytes()).isEqualTo(64);
        assertThat(memory.toString()).contains("64 bytes").contains("closed");
    }

    @Test
    void addressOfZeroIsRefusedAndNotFreed() {
        assertThatThrownBy(() -> NativeMemory.guard(site, 0, 64, allocator::free))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("address must not be 0");

        assertThat(allocator.freed).isEmpty();
    }

    @Test
    void negativeSizeIsRefusedAndTheBlockFreed() {
        long address = allocator.allocate(64);

        assertThatThrownBy(() -> NativeMemory.guard(site, address, -1, allocator::free))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bytes must not be negative: -1");

        assertThat(allocator.freed).containsExactly(address);
    }

    @Test
    void droppedBlockIsReportedWithItsSizeAndLeftAlone() {
        long address = allocator.allocate(64);
        NativeMemory memory = NativeMemory.guard(site, address, 64, allocator::free);

        site.table().forEach(LeakRecord::enqueue);
        test.registry.pump();

        assertThat(test.reports).hasSize(1);
        assertThat(test.reports.get(0).bytes()).isEqualTo(64);
        assertThat(allocator.freed).isEmpty();
        memory.close();
    }

    @Test
    void droppedBlockOfATypeThatReclaimsIsFreedOnce() {
        Site reclaiming =
                test.builder("pages").onLeak(ReclaimPolicy.RECLAIM).build().site("NativeMemoryTest");
        long address = allocator.allocate(64);
        NativeMemory memory = NativeMemory.guard(reclaiming, address, 64, allocator::free);

        reclaiming.table().forEach(LeakRecord::enqueue);
        test.registry.pump();
        memory.close();

        assertThat(allocator.freed).containsExactly(address);
        assertThat(test.reports).extracting(LeakReport::evidence).containsExactly(Evidence.GC_PROVEN);
    }

    /** Real memory, and a list of what was given back. */
    private static final class Allocator {
        private final Object unsafe;
        private final Method allocate;
        private final Method free;
        private final List<Long> freed = new ArrayList<>();

        Allocator() {
            try {
                Class<?> type = Class.forName("sun.misc.Unsafe");
                Field instance = type.getDeclaredField("theUnsafe");
                instance.setAccessible(true);
                unsafe = instance.get(null);
                allocate = type.getMethod("allocateMemory", long.class);
                free = type.getMethod("freeMemory", long.class);
            } catch (ReflectiveOperationException impossible) {
                throw new LinkageError("no Unsafe", impossible);
            }
        }

        long allocate(long bytes) {
            try {
                return (long) allocate.invoke(unsafe, bytes);
            } catch (ReflectiveOperationException failed) {
                throw new LinkageError("Unsafe", failed);
            }
        }

        void free(long address) {
            try {
                free.invoke(unsafe, address);
                freed.add(address);
            } catch (ReflectiveOperationException failed) {
                throw new LinkageError("Unsafe", failed);
            }
        }
    }
}
