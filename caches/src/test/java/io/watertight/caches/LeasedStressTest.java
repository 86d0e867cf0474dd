package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is opened is closed once, and not used after that, whatever happens at once. See {@link LeasedStress}. */
class LeasedStressTest {
    private static final long NIGHTLY = 10_000_000;
    private static final long USUAL = 1_000_000;

    @Test
    void whatIsOpenedIsClosedOnce() throws Exception {
        LeasedStress stress = new LeasedStress(USUAL, 1);

        assertThat(stress.run()).isEmpty();
        assertThat(stress.opened.get()).isGreaterThan(USUAL / 50);
    }

    @Test
    @Tag("nightly")
    void whatIsOpenedIsClosedOnceInALongRun() throws Exception {
        assertThat(new LeasedStress(NIGHTLY, 2).run()).isEmpty();
    }
}
