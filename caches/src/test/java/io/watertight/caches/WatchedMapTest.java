package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import io.watertight.guards.Guard;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a map does that watches its size. That it is a concurrent map is checked elsewhere. */
class WatchedMapTest {
    private final ManualTicker ticker = new ManualTicker();
    private final List<WatchedMapStats> reports = new ArrayList<>();

    private WatchedMapBuilder<String, Object> describe(int ceiling, CeilingPolicy policy) {
        return WatchedMap.<String, Object>builder("sessions")
                .ceiling(ceiling, policy)
                .ticker(ticker)
                .onNoRoom(reports::add);
    }

    private WatchedMap<String, Object> full(int size) {
        WatchedMap<String, Object> map = describe(size, CeilingPolicy.REFUSE).build();
        for (int i = 0; i < size; i++) {
            map.put("k" + i, i);
        }
        return map;
    }

    @Test
    void fullMapRefusesEveryWayToAdd() {
        WatchedMap<String, Object> map = full(2);

        List<Runnable> adds = List.of(
                () -> map.put("new", 1),
                () -> map.putIfAbsent("new", 1),
                () -> map.putAll(Map.of("new", 1)),
                () -> map.putScoped("new", 1),
                () -> map.compute("new", (key, value) -> 1),
                () -> map.computeIfAbsent("new", key -> 1),
                () -> map.merge("new", 1, (before, more) -> more));
        assertThat(adds)
                .allSatisfy(add -> assertThatExceptionOfType(MapFullException.class)
                        .isThrownBy(add::run)
                        .withMessageContainingAll("watched map 'sessions'", "size=2", "ceiling=2", "putScoped"));
        assertThat(map).containsOnlyKeys("k0", "k1");
        assertThat(map.stats().refused()).isEqualTo(adds.size());
        assertThat(map.stats().size()).isEqualTo(2);
    }

    @Test
    void fullMapReplacesAllTheSame() {
        WatchedMap<String, Object> map = full(1);

        assertThat(map.put("k0", "a")).isEqualTo(0);
        assertThat(map.putIfAbsent("k0", "b")).isEqualTo("a");
        assertThat(map.replace("k0", "c")).isEqualTo("a");
        assertThat(map.compute("k0", (key, value) -> value + "d")).isEqualTo("cd");
        assertThat(map.computeIfAbsent("k0", key -> "e")).isEqualTo("cd");
        assertThat(map.computeIfPresent("k0", (key, value) -> value + "f")).isEqualTo("cdf");
        assertThat(map.merge("k0", "g", (before, more) -> "" + before + more)).isEqualTo("cdfg");
        map.replaceAll((key, value) -> "h");
        map.entrySet().iterator().next().setValue("i");

        assertThat(map).containsExactly(entry("k0", "i"));
        assertThat(map.stats().size()).isEqualTo(1);
    }

    @Test
    void everyWayToRemoveGivesThePlaceBack() {
        WatchedMap<String, Object> map = describe(1, CeilingPolicy.REFUSE).build();
        List<Runnable> removals = List.of(
                () -> map.remove("k"),
                () -> map.remove("k", 1),
                () -> map.compute("k", (key, value) -> null),
                () -> map.computeIfPresent("k", (key, value) -> null),
                () -> map.merge("k", 1, (before, more) -> null),
                () -> removeFirst(map.keySet().iterator()),
                () -> removeFirst(map.values().iterator()),
                () -> removeFirst(map.entrySet().iterator()),
                () -> map.keySet().remove("k"),
                () -> map.keySet().removeIf(key -> true),
                () -> map.keySet().removeAll(Set.of("k")),
                () -> map.keySet().retainAll(Set.of("other")),
                () -> map.keySet().clear(),
                () -> map.values().remove(1),
                () -> map.values().removeIf(value -> true),
                () -> map.values().removeAll(Set.of(1)),
                () -> map.values().retainAll(Set.of(2)),
                () -> map.values().clear(),
                () -> map.entrySet().remove(Map.entry("k", 1)),
                () -> map.entrySet().removeIf(one -> true),
                () -> map.entrySet().removeAll(Set.of(Map.entry("k", 1))),
                () -> map.entrySet().retainAll(Set.of()),
                () -> map.entrySet().clear(),
                map::clear);

        for (Runnable removal : removals) {
            map.put("k", 1);
            removal.run();
            assertThat(map).isEmpty();
            assertThat(map.stats().size()).isZero();
        }
    }

    private static void removeFirst(Iterator<?> iterator) {
        iterator.next();
        iterator.remove();
    }

    @Test
    void whatIsNotThereGivesNoPlaceBack() {
        WatchedMap<String, Object> map = full(1);
        Iterator<String> iterator = map.keySet().iterator();
        iterator.next();
        map.remove("k0");
        iterator.remove();
        assertThat(map.remove("k0")).isNull();
        assertThat(map.remove("k0", 0)).isFalse();
        assertThat(map.keySet().remove("k0")).isFalse();
        assertThat(map.compute("k0", (key, value) -> null)).isNull();
        assertThat(map.computeIfAbsent("k0", key -> null)).isNull();

        assertThat(map.stats().size()).isZero();
    }

    @Test
    void functionThatThrowsTakesNoPlace() {
        WatchedMap<String, Object> map = describe(1, CeilingPolicy.REFUSE).build();
        IllegalStateException failure = new IllegalStateException("none");

        List<Runnable> calls = List.of(
                () -> map.compute("k", (key, value) -> {
                    throw failure;
                }),
                () -> map.computeIfAbsent("k", key -> {
                    throw failure;
                }));
        assertThat(calls)
                .allSatisfy(call -> assertThatExceptionOfType(IllegalStateException.class)
                        .isThrownBy(call::run)
                        .isSameAs(failure));
        map.put("k", 1);

        assertThat(map.stats().size()).isEqualTo(1);
    }

    @Test
    void functionIsNotCalledWhereThereIsNoRoom() {
        WatchedMap<String, Object> map = full(1);
        List<String> calls = new ArrayList<>();

        assertThatExceptionOfType(MapFullException.class)
                .isThrownBy(() -> map.computeIfAbsent("new", key -> {
                    calls.add(key);
                    return 1;
                }));

        assertThat(calls).isEmpty();
    }

    @Test
    void moreThanTheCeilingIsReportedAtOnceAndThenOnceAMinute() {
        WatchedMap<String, Object> map = describe(2, CeilingPolicy.REPORT).build();
        map.put("a", 1);
        map.put("b", 1);
        assertThat(reports).isEmpty();

        map.put("c", 1);
        map.put("d", 1);
        assertThat(reports).extracting(WatchedMapStats::size).containsExactly(3L);

        ticker.advance(Duration.ofSeconds(59));
        map.put("e", 1);
        assertThat(reports).hasSize(1);

        ticker.advance(Duration.ofSeconds(1));
        map.put("f", 1);
        assertThat(reports).extracting(WatchedMapStats::size).containsExactly(3L, 6L);
        assertThat(reports).allMatch(WatchedMapStats::isOverCeiling);
        assertThat(map).hasSize(6);
    }

    @Test
    void whatIsRefusedIsReportedOnceAMinute() {
        WatchedMap<String, Object> map = full(1);

        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(MapFullException.class).isThrownBy(() -> map.put("new", 1));
        }

        assertThat(reports).hasSize(1);
        assertThat(map.stats().refused()).isEqualTo(3);
    }

    @Test
    void aFunctionThatPutsItsOwnKeyCostsNoPlace() {
        WatchedMap<Integer, Object> map = WatchedMap.<Integer, Object>builder("recursive")
                .ceiling(3, CeilingPolicy.REFUSE)
                .build();
        map.put(0, "in the same bin as 16");

        assertThatIllegalStateException()
                .isThrownBy(() -> map.computeIfAbsent(16, key -> {
                    map.put(16, "by the function");
                    return "of the function";
                }))
                .withMessageContaining("Recursive update");
        map.clear();

        for (int key = 0; key < 3; key++) {
            map.put(key, "there is room for 3");
        }
        assertThat(map).hasSize(3);
    }

    @Test
    void reportNamesTheShapeThatGrowsMost() {
        KeyProfile<String> profile =
                KeyProfile.<String>builder("sessions").ticker(ticker).build();
        WatchedMap<String, Object> map =
                describe(9, CeilingPolicy.REPORT).profile(profile).build();

        for (int i = 0; i < 8; i++) {
            map.put("session:" + i, i);
        }
        map.put("user:1", 1);
        map.put("user:2", 1);

        assertThat(reports).singleElement().satisfies(report -> {
            assertThat(report.growingMost()).isNotNull();
            assertThat(report.growingMost().shape()).isEqualTo("session:#");
            assertThat(report.growingMost().net()).isEqualTo(8);
        });
    }

    @Test
    void profileSeesWhatComesAndGoes() {
        KeyProfile<String> profile =
                KeyProfile.<String>builder("sessions").ticker(ticker).build();
        WatchedMap<String, Object> map =
                describe(100, CeilingPolicy.REFUSE).profile(profile).build();

        map.put("a:1", 1);
        map.put("a:1", 2);
        map.putIfAbsent("a:2", 1);
        map.computeIfAbsent("a:3", key -> 1);
        map.merge("a:4", 1, (before, more) -> more);
        map.remove("a:1");
        map.values().clear();

        assertThat(profile.snapshot().shapes()).singleElement().satisfies(shape -> {
            assertThat(shape.added()).isEqualTo(4);
            assertThat(shape.removed()).isEqualTo(4);
        });
    }

    @Test
    void listenerThatThrowsHarmsNobody() {
        WatchedMap<String, Object> map = describe(1, CeilingPolicy.REPORT)
                .onNoRoom(stats -> {
                    throw new IllegalStateException("listener");
                })
                .build();
        map.put("a", 1);

        assertThat(map.put("b", 1)).isNull();

        assertThat(map).hasSize(2);
    }

    @Test
    void growthIsSaidPerMinute() {
        WatchedMap<String, Object> map = describe(10_000, CeilingPolicy.REPORT).build();
        for (int i = 0; i < 600; i++) {
            ticker.advance(Duration.ofMillis(500));
            map.put("k" + i, i);
        }
        assertThat(map.stats().growthPerMinute()).isCloseTo(120, within(3.0));

        ticker.advance(Duration.ofMinutes(20));
        assertThat(map.stats().growthPerMinute()).as("long ago").isBetween(0.0, 3.0);
        for (int i = 0; i < 300; i++) {
            map.remove("k" + i);
        }
        ticker.advance(Duration.ofMinutes(1));

        assertThat(map.stats().growthPerMinute()).as("shrinks").isCloseTo(-300, within(1.0));
    }

    @ParameterizedTest
    @EnumSource
    void closeableValuesAreRefused(CeilingPolicy policy) {
        WatchedMap<String, Object> map = describe(10, policy).build();
        map.put("k", 1);
        AutoCloseable closeable = new StringReader("");

        List<Runnable> puts = List.of(
                () -> map.put("new", closeable),
                () -> map.putIfAbsent("new", closeable),
                () -> map.replace("k", closeable),
                () -> map.replace("k", 1, closeable),
                () -> map.compute("new", (key, value) -> closeable),
                () -> map.computeIfAbsent("new", key -> closeable),
                () -> map.computeIfPresent("k", (key, value) -> closeable),
                () -> map.merge("new", closeable, (before, more) -> more),
                () -> map.replaceAll((key, value) -> closeable),
                () -> map.entrySet().iterator().next().setValue(closeable));

        assertThat(puts)
                .allSatisfy(put -> assertThatIllegalArgumentException()
                        .isThrownBy(put::run)
                        .withMessageContainingAll("watched map 'sessions'", "java.io.StringReader", "LeasedCache"));
        assertThat(map).containsExactly(entry("k", 1));
        assertThat(map.stats().size()).isEqualTo(1);
    }

    @Test
    void nullsAreRefusedByName() {
        WatchedMap<String, Object> map = describe(1, CeilingPolicy.REFUSE).build();

        assertThatNullPointerException()
                .isThrownBy(() -> map.put(null, 1))
                .withMessageContainingAll("'sessions'", "key must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> map.put("k", null))
                .withMessageContainingAll("'sessions'", "value must not be null");
        assertThat(map.stats().size()).isZero();
    }

    @Test
    void scopedMappingEndsWithItsGuard() {
        WatchedMap<String, Object> map = full(1);
        map.clear();

        try (Guard<Object> guard = map.putScoped("request", "context")) {
            assertThat(guard.get()).isEqualTo("context");
            assertThat(map).containsExactly(entry("request", "context"));
        }

        assertThat(map).isEmpty();
        assertThat(map.stats().size()).isZero();
    }

    @Test
    void scopedMappingThatWasReplacedByAnEqualOneRemovesNothing() {
        WatchedMap<String, Object> map = describe(1, CeilingPolicy.REFUSE).build();
        Object mine = new ArrayList<>(List.of(1));
        Object equal = new ArrayList<>(List.of(1));

        try (Guard<Object> guard = map.putScoped("request", mine)) {
            assertThat(guard.isOpen()).isTrue();
            map.put("request", equal);
        }

        assertThat(map.get("request")).isSameAs(equal);
    }

    @Test
    void entryThatIsGoneIsNotBroughtBack() {
        WatchedMap<String, Object> map = full(1);
        Map.Entry<String, Object> gone = map.entrySet().iterator().next();
        map.clear();

        gone.setValue(2);

        assertThat(map).isEmpty();
        assertThat(map.stats().size()).isZero();
    }

    @Test
    void ceilingMustBePositiveAndNameNotBlank() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WatchedMap.builder("m").ceiling(0, CeilingPolicy.REPORT))
                .withMessageContainingAll("'m'", "0");
        assertThatIllegalArgumentException().isThrownBy(() -> WatchedMap.builder(" "));
    }
}
