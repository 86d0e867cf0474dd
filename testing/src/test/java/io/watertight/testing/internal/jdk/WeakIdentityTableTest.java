package io.watertight.testing.internal.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class WeakIdentityTableTest {
    private final WeakIdentityTable<String> table = new WeakIdentityTable<>();

    @Test
    void tellsEqualObjectsApart() {
        List<String> one = new ArrayList<>();
        List<String> equal = new ArrayList<>();

        assertThat(table.putIfAbsent(one, "one")).isTrue();
        assertThat(table.putIfAbsent(one, "again")).isFalse();
        assertThat(table.contains(equal)).isFalse();
        assertThat(table.putIfAbsent(equal, "equal")).isTrue();
        one.add("its hash is another one now");

        assertThat(table.remove(one)).isEqualTo("one");
        assertThat(table.remove(one)).isNull();
        assertThat(table.remove(equal)).isEqualTo("equal");
        assertThat(table.isEmpty()).isTrue();
    }

    @Test
    void setsAValueOnceAndOnlyWhereAnEntryIs() {
        Object object = new Object();

        assertThat(table.setIfUnset(object, "too early")).isFalse();
        table.putIfAbsent(object, null);
        assertThat(table.setIfUnset(object, "first")).isTrue();
        assertThat(table.setIfUnset(object, "second")).isFalse();
        assertThat(table.remove(object)).isEqualTo("first");
        assertThat(table.setIfUnset(object, "too late")).isFalse();
    }

    @Test
    void takesEverythingOut() {
        Object one = new Object();
        Object other = new Object();
        table.putIfAbsent(one, "one");
        table.putIfAbsent(other, null);

        try {
            assertThat(table.takeAll()).containsExactly("one");
        } finally {
            Reference.reachabilityFence(one);
            Reference.reachabilityFence(other);
        }
        assertThat(table.isEmpty()).isTrue();
    }

    @Test
    void isLeftEmptyByManyThreads() {
        CompletableFuture<?>[] threads = new CompletableFuture<?>[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = CompletableFuture.runAsync(() -> {
                for (int n = 0; n < 10_000; n++) {
                    Object object = new Object();
                    table.putIfAbsent(object, "value");
                    if (!"value".equals(table.remove(object))) {
                        throw new AssertionError("lost");
                    }
                }
            });
        }

        CompletableFuture.allOf(threads).join();

        assertThat(table.isEmpty()).isTrue();
    }

    @Test
    @Tag("gc")
    void keepsNothingAlive() throws Exception {
        dropOne();

        JdkResources idle = Watch.install();
        idle.close();
        Collector.collect(idle);

        assertThat(table.takeCollected()).containsExactly("dropped");
        assertThat(table.isEmpty()).isTrue();
    }

    private void dropOne() {
        table.putIfAbsent(new Object(), "dropped");
    }
}
