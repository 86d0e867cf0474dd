package io.watertight.guards.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

class VirtualThreadsTest {
    @Test
    void platformThreadsAreNotVirtual() {
        assertThat(VirtualThreads.isVirtual(new Thread(() -> {}))).isFalse();
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void before21ThereAreNone() {
        assertThat(VirtualThreads.isAvailable()).isFalse();
        assertThat(VirtualThreads.mayVanish()).isFalse();
        assertThatThrownBy(() -> VirtualThreads.unstarted("name", () -> {}))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("21");
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void madeThreadsAreVirtualAndNamedAndInheritNothing() throws InterruptedException {
        InheritableThreadLocal<String> inheritable = new InheritableThreadLocal<>();
        inheritable.set("of the creator");
        List<String> seen = new ArrayList<>();

        Thread made = VirtualThreads.unstarted(
                "made", () -> seen.add(Thread.currentThread().getName() + " sees " + inheritable.get()));
        made.start();
        made.join();

        assertThat(VirtualThreads.isAvailable()).isTrue();
        assertThat(VirtualThreads.isVirtual(made)).isTrue();
        assertThat(seen).containsExactly("made sees null");
        inheritable.remove();
    }
}
