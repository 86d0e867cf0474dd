package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ObjectLayoutTest {
    @Test
    void keyNamesReferencesHeaderAndUnusualAlignment() {
        assertThat(new ObjectLayout(4, 12, 8).key()).isEqualTo("ref4-header12");
        assertThat(new ObjectLayout(8, 16, 16).key()).isEqualTo("ref8-header16-align16");
    }

    @Test
    void sizesAreRoundedUpToTheAlignment() {
        assertThat(new ObjectLayout(4, 12, 8).sizeOf(17)).isEqualTo(24);
        assertThat(new ObjectLayout(4, 12, 16).sizeOf(17)).isEqualTo(32);
        assertThat(new ObjectLayout(4, 8, 8).sizeOf(8)).isEqualTo(8);
    }

    @Test
    void layoutIsTheSameEachTime() {
        assertThat(ObjectLayout.current()).isEqualTo(ObjectLayout.current());
    }
}
