package io.watertight.testing;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;

class LeakCheckTest {
    @AfterEach
    void tidyUp() throws InterruptedException {
        LeakyFixtures.tidyUp();
    }

    @Test
    void look() {
        for (boolean parallel : new boolean[] {false, true}) {
            EngineTestKit.engine("junit-jupiter")
                    .selectors(
                            selectClass(LeakyFixtures.EveryKind.class),
                            selectClass(LeakyFixtures.KeepsForTheClass.class))
                    .configurationParameter("junit.jupiter.execution.parallel.enabled", "" + parallel)
                    .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                    .configurationParameter("watertight.leaks.grace", "300 ms")
                    .execute()
                    .allEvents()
                    .debug(System.err);
        }
        System.err.println(LeakyFixtures.LINES);
    }
}
