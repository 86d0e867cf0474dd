package io.watertight.pools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A dropped lease is found without old collections and without being asked for. */
class YoungCollectionsTest {
    @Test
    void serialFindsADroppedLeaseByYoungCollections() throws Exception {
        String out = Fork.run(YoungCollections.class, List.of("-XX:+UseSerialGC", "-Xmx256m", "-Xmn32m"));

        assertThat(out)
                .contains("found=leak 'young': dropped without close()")
                .contains("acquired at io.watertight.pools.YoungCollections.drop(");
        assertThat(out).contains("MarkSweepCompact=0").containsPattern("Copy=[1-9]");
    }

    @Test
    void g1FindsADroppedLeaseByYoungCollections() throws Exception {
        String out = Fork.run(YoungCollections.class, List.of("-XX:+UseG1GC", "-Xmx256m"));

        assertThat(out).contains("found=leak 'young': dropped without close()");
        assertThat(out).contains("G1_Old_Generation=0").containsPattern("G1_Young_Generation=[1-9]");
    }

    @Test
    void zgcFindsADroppedLease() throws Exception {
        String out = Fork.run(YoungCollections.class, List.of("-XX:+UseZGC", "-Xmx256m"));

        assertThat(out).contains("found=leak 'young': dropped without close()");
    }
}
