package io.watertight.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.watertight.benchmarks.Contest.Figure;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CacheContestTest {
    @Test
    void ordersByZipfAskForEveryKeyAndForTheFirstMost() {
        String[][] orders = KeyOrder.ZIPF.draw(2);

        Set<String> all = new HashSet<>();
        KeyOrder.all().forEach(all::add);
        assertThat(all).hasSize(KeyOrder.KEYS);
        assertThat(orders[0]).isNotEqualTo(orders[1]);
        for (String[] order : orders) {
            assertThat(all).containsAll(Arrays.asList(order));
            assertThat(new HashSet<>(Arrays.asList(order))).hasSizeGreaterThan(KeyOrder.KEYS * 9 / 10);
            long first = Arrays.stream(order).filter("order:0"::equals).count();
            long tenth = Arrays.stream(order).filter("order:9"::equals).count();
            assertThat((double) first / tenth).isBetween(8.0, 12.0);
            assertThat((double) first / order.length).isBetween(0.12, 0.15);
        }
    }

    @Test
    void ordersApartHaveEachKeyOnce() {
        String[][] orders = KeyOrder.apart(2);

        assertThat(Arrays.stream(orders).flatMap(Arrays::stream))
                .hasSize(KeyOrder.KEYS)
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void everyThreadUsesItsKeysBesideTheOther(KeyOrder order) throws Exception {
        Map<Thread, Set<String>> used = new ConcurrentHashMap<>();
        AtomicBoolean ended = new AtomicBoolean();

        try (Contender contender = KeyLoop.of(
                order,
                2,
                (key, next) -> used.computeIfAbsent(Thread.currentThread(), thread -> new HashSet<>())
                                .add(key)
                        | next.key() == key,
                () -> ended.set(true))) {
            assertThat(contender.run()).isEqualTo(contender.operations());
        }

        assertThat(used).hasSize(2);
        assertThat(used.keySet())
                .filteredOn(thread -> thread != Thread.currentThread())
                .allMatch(thread -> !thread.isAlive());
        assertThat(ended).isTrue();
    }

    @Test
    void failureOfTheOtherThreadIsThrown() throws Exception {
        Thread caller = Thread.currentThread();
        try (Contender contender = KeyLoop.apart(
                2,
                (key, next) -> {
                    if (Thread.currentThread() != caller) {
                        throw new IllegalStateException("on the other");
                    }
                    return true;
                },
                () -> true,
                () -> {})) {
            assertThatThrownBy(contender::run).hasMessage("on the other");
        }
    }

    @Test
    void runThatLeavesSomethingUndoneCountsForNothing() throws Exception {
        try (Contender contender = KeyLoop.apart(1, (key, next) -> true, () -> false, () -> {})) {
            assertThat(contender.run()).isZero();
        }
    }

    @Test
    void figuresOfACallerAreForItsOwnOperations() throws Exception {
        try (Contender contender = new Contender() {
            @Override
            public int operations() {
                return 2;
            }

            @Override
            public int callers() {
                return 2;
            }

            @Override
            public int run() {
                escaped = new byte[1 << 20];
                return 2;
            }

            @Override
            public void close() {}
        }) {
            assertThat(ContestCell.measure(contender, 1).get(Figure.CALLER_BYTES))
                    .isBetween(1e6, 1.2e6);
        }
    }

    /** Escapes, so that it is allocated. */
    static volatile byte[] escaped;

    @Test
    void rowThatIsClosedTwiceOrStaysOpenIsFound() throws Exception {
        HeldRow.Counter rows = new HeldRow.Counter();
        HeldRow row = rows.open("key");

        assertThat(row.is("key")).isTrue();
        assertThatThrownBy(rows::checkAllClosed).hasMessageContaining("1 rows are still open");
        rows.close(row);
        rows.checkAllClosed();
        assertThat(rows.awaitClosed(1)).isTrue();
        assertThat(row.is("key")).isFalse();
        assertThatThrownBy(() -> rows.close(row)).hasMessageContaining("closed twice");
    }

    @Test
    void rowIsNewOnce() {
        HeldRow row = new HeldRow("key");

        assertThat(row.isNew("key")).isTrue();
        assertThat(row.isNew("key")).isFalse();
    }
}
