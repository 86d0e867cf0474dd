package io.watertight.pools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BumpArenaTest {
    @Test
    void slicesLieSideBySide() {
        try (BumpArena arena = BumpArena.of(16)) {
            ArenaSlice one = arena.allocate(6);
            ArenaSlice other = arena.allocate(10);
            ArenaSlice none = arena.allocate(0);
            for (int i = 0; i < 6; i++) {
                one.buffer().put(i, (byte) 1);
            }
            for (int i = 0; i < 10; i++) {
                other.buffer().put(i, (byte) 2);
            }

            for (int i = 0; i < 6; i++) {
                assertThat(one.buffer().get(i)).isEqualTo((byte) 1);
            }
            assertThat(one.size()).isEqualTo(6);
            assertThat(other.buffer().capacity()).isEqualTo(10);
            assertThat(none.buffer().capacity()).isZero();
            assertThat(arena.used()).isEqualTo(16);
        }
    }

    @Test
    void fullArenaSaysSo() {
        try (BumpArena arena = BumpArena.of(16)) {
            arena.allocate(10);

            assertThatExceptionOfType(BufferLimitException.class)
                    .isThrownBy(() -> arena.allocate(7))
                    .withMessageContaining("no room for 7 bytes aligned to 1 (capacity=16, used=10)");
            assertThatExceptionOfType(BufferLimitException.class).isThrownBy(() -> arena.allocate(Integer.MAX_VALUE));
            assertThat(arena.used()).isEqualTo(10);
            arena.allocate(6);
            assertThatExceptionOfType(BufferLimitException.class).isThrownBy(() -> arena.allocate(1, 64));
        }
    }

    @Test
    void addressesAreAligned() {
        try (BumpArena arena = BumpArena.of(4096)) {
            arena.allocate(1);
            for (int alignment = 1; alignment <= 512; alignment *= 2) {
                ByteBuffer buffer = arena.allocate(3, alignment).buffer();
                assertThat(buffer.alignmentOffset(0, alignment)).isZero();
            }
        }
    }

    @Test
    void resetRefusesEverySliceFromBefore() {
        try (BumpArena arena = BumpArena.of(16)) {
            ArenaSlice old = arena.allocate(4);
            arena.reset();
            ArenaSlice fresh = arena.allocate(4);

            assertThat(old.isValid()).isFalse();
            assertThatIllegalStateException()
                    .isThrownBy(old::buffer)
                    .withMessageContaining("slice of 4 bytes is not valid any more");
            assertThat(fresh.isValid()).isTrue();
            assertThat(fresh.buffer().capacity()).isEqualTo(4);
            assertThat(arena.used()).isEqualTo(4);
            arena.reset();
            assertThat(fresh.isValid()).isFalse();
        }
    }

    @Test
    void highWaterMarkOutlivesResets() {
        try (BumpArena arena = BumpArena.of(16)) {
            arena.allocate(4);
            assertThat(arena.highWaterMark()).isEqualTo(4);
            arena.allocate(8);
            arena.reset();
            arena.allocate(2);

            assertThat(arena.highWaterMark()).isEqualTo(12);
            assertThat(arena.capacity()).isEqualTo(16);
        }
    }

    @Test
    void closedArenaRefusesEverything() {
        BumpArena arena = BumpArena.of(16);
        ArenaSlice slice = arena.allocate(4);
        arena.close();

        assertThat(slice.isValid()).isFalse();
        assertThatIllegalStateException().isThrownBy(slice::buffer);
        assertThatExceptionOfType(PoolClosedException.class)
                .isThrownBy(() -> arena.allocate(1))
                .withMessageContaining("bump arena of 16 bytes is closed");
        assertThatExceptionOfType(PoolClosedException.class).isThrownBy(arena::reset);
        assertThatIllegalStateException().isThrownBy(arena::close); // STRICT, in this test
        assertThat(arena).hasToString("BumpArena[4 of 16 bytes used, closed]");
    }

    @Test
    void zeroedArenaGivesZeroesAgain() {
        try (BumpArena arena = BumpArena.builder(20).zeroed().build()) {
            for (int round = 0; round < 3; round++) {
                ByteBuffer buffer = arena.allocate(19).buffer();
                for (int i = 0; i < 19; i++) {
                    assertThat(buffer.get(i)).isZero();
                    buffer.put(i, (byte) -1);
                }
                arena.reset();
            }
        }
    }

    @Test
    void poisonedArenaOverwritesWhatWasUsed() {
        try (BumpArena arena = BumpArena.builder(20).poisoned().build()) {
            ByteBuffer kept = arena.allocate(19).buffer();
            byte[] text = new byte[19];
            kept.put(0, text);
            arena.reset();

            for (int i = 0; i < 19; i++) {
                assertThat(kept.get(i)).isNotZero();
            }
        }
    }

    @Test
    void misuseIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BumpArena.builder(0))
                .withMessageContaining("0");
        assertThatIllegalStateException()
                .isThrownBy(() -> BumpArena.builder(1).zeroed().poisoned().build())
                .withMessageContaining("zeroed or poisoned");
        try (BumpArena arena = BumpArena.of(16)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> arena.allocate(-1))
                    .withMessageContaining("-1");
            for (int alignment : new int[] {0, 3, -8, Integer.MIN_VALUE}) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> arena.allocate(1, alignment))
                        .withMessage("alignment must be a power of two: " + alignment);
            }
        }
    }
}
