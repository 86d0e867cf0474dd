package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.guards.Guard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Many operations at random: beside a plain map, and by several threads. Seeded. */
class MapModelTest {
    private static final int OPERATIONS = 100_000;
    private static final int KEYS = 40;
    private static final int CEILING = 25;
    private static final int KINDS = 24;

    @Test
    void watchedMapThatReportsIsAMap() {
        WatchedMap<Integer, Integer> map = WatchedMap.<Integer, Integer>builder("model")
                .ceiling(1_000, CeilingPolicy.REPORT)
                .build();

        play(map, new HashMap<>(), Integer.MAX_VALUE);

        assertThat(map.stats().size()).isEqualTo(map.size());
    }

    @Test
    void watchedMapThatRefusesIsAMapUpToItsCeiling() {
        WatchedMap<Integer, Integer> map = WatchedMap.<Integer, Integer>builder("model")
                .ceiling(CEILING, CeilingPolicy.REFUSE)
                .build();

        play(map, new HashMap<>(), CEILING);

        assertThat(map.stats().size()).isEqualTo(map.size());
        assertThat(map.stats().refused()).isPositive();
    }

    @Test
    void boundedMapIsAMapWhileThereIsRoom() {
        play(
                BoundedMap.<Integer, Integer>builder("model").maximumSize(KEYS).build(),
                new HashMap<>(),
                Integer.MAX_VALUE);
    }

    private static void play(ConcurrentMap<Integer, Integer> map, Map<Integer, Integer> model, int ceiling) {
        Random random = new Random(4);
        for (int i = 0; i < OPERATIONS; i++) {
            long seed = random.nextLong();
            boolean full = model.size() >= ceiling;
            Object expected = full ? null : step(model, new Random(seed));
            Object actual;
            try {
                actual = step(map, new Random(seed));
            } catch (MapFullException refused) {
                assertThat(full)
                        .as("refused at %d of %d", model.size(), ceiling)
                        .isTrue();
                actual = refused;
            }
            if (full) {
                Map<Integer, Integer> after = new HashMap<>(model);
                expected = step(after, new Random(seed));
                boolean notAsked = actual instanceof MapFullException && expected == null && after.equals(model);
                if (after.size() > ceiling || notAsked) { // a function that would make nothing is not asked, either
                    assertThat(actual).as("step %d", i).isInstanceOf(MapFullException.class);
                    assertThat(map).hasSameSizeAs(model);
                    continue;
                }
                model.clear();
                model.putAll(after);
            }
            assertThat(actual).as("step %d", i).isEqualTo(expected);
            if (i % 100 == 0) {
                assertThat(map).isEqualTo(model).hasSameSizeAs(model).hasSameHashCodeAs(model);
            }
        }
        assertThat(map).isEqualTo(model);
    }

    /** One step, the same for the same random numbers; returns what it returned. */
    private static Object step(Map<Integer, Integer> map, Random random) {
        int kind = random.nextInt(KINDS);
        int key = random.nextInt(KEYS);
        int value = random.nextInt(5);
        int other = random.nextInt(5);
        Integer made = random.nextInt(3) == 0 ? null : (Integer) value;
        return switch (kind) {
            case 0, 1, 2, 3 -> map.put(key, value);
            case 4 -> map.putIfAbsent(key, value);
            case 5 -> map.remove(key);
            case 6 -> map.remove(key, value);
            case 7 -> map.replace(key, value);
            case 8 -> map.replace(key, value, other);
            case 9 -> map.compute(key, (same, present) -> made);
            case 10 -> map.computeIfAbsent(key, same -> made);
            case 11 -> map.computeIfPresent(key, (same, present) -> made);
            case 12 -> map.merge(key, value, (present, more) -> made);
            case 13 -> map.get(key);
            case 14 -> map.getOrDefault(key, -1);
            case 15 -> map.containsKey(key);
            case 16 -> map.containsValue(value);
            case 17 -> map.keySet().remove(key);
            case 18 -> map.values().removeIf(present -> present == value);
            case 19 -> map.entrySet().remove(Map.entry(key, value));
            case 20 -> map.keySet().removeIf(present -> present % KEYS == key);
            case 21 -> setAll(map, key, value);
            case 22 -> map.size();
            default -> {
                if (random.nextInt(20) == 0) {
                    map.clear();
                }
                yield map.isEmpty();
            }
        };
    }

    private static Object setAll(Map<Integer, Integer> map, int key, int value) {
        for (Entry<Integer, Integer> entry : map.entrySet()) {
            if (entry.getKey() == key) {
                return entry.setValue(value);
            }
        }
        return "none";
    }

    @Test
    void placesOfAMapThatRefusesAreConserved() throws InterruptedException {
        assertPlacesAreConserved(CeilingPolicy.REFUSE);
    }

    @Test
    void placesOfAMapThatReportsAreConserved() throws InterruptedException {
        assertPlacesAreConserved(CeilingPolicy.REPORT);
    }

    private static void assertPlacesAreConserved(CeilingPolicy policy) throws InterruptedException {
        WatchedMap<Integer, Integer> map = WatchedMap.<Integer, Integer>builder("model")
                .ceiling(CEILING, policy)
                .build();
        AtomicLong most = new AtomicLong();
        CountDownLatch start = new CountDownLatch(1);
        List<Throwable> failures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Random random = new Random(i);
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                    for (int step = 0; step < OPERATIONS / 4; step++) {
                        mixed(map, random);
                        most.accumulateAndGet(map.size(), Math::max);
                    }
                } catch (Throwable failure) {
                    synchronized (failures) {
                        failures.add(failure);
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(failures).isEmpty();
        assertThat(map.stats().size()).isEqualTo(map.keySet().stream().count());
        if (policy == CeilingPolicy.REFUSE) {
            assertThat(most).as("the most entries seen").hasValueLessThanOrEqualTo(CEILING);
            assertThat(map.stats().refused()).isPositive();
        }
        map.clear();
        assertThat(map.stats().size()).isZero();
    }

    private static void mixed(WatchedMap<Integer, Integer> map, Random random) {
        try {
            if (random.nextInt(10) == 0) {
                try (Guard<Integer> guard = map.putScoped(random.nextInt(KEYS), 1_000 + random.nextInt(1_000))) {
                    map.get(guard.get());
                }
            } else {
                step(map, random);
            }
        } catch (MapFullException expected) {
            map.get(0);
        }
    }

    /** What a bounded map evicts does not depend on who watches: what its profile says is what is there. */
    @Test
    void profileOfABoundedMapAddsUp() {
        KeyProfile<Integer> profile = KeyProfile.<Integer>builder("model").build();
        BoundedMap<Integer, Integer> map = BoundedMap.<Integer, Integer>builder("model")
                .maximumSize(CEILING)
                .profile(profile)
                .build();
        Random random = new Random(5);
        ConcurrentMap<Integer, Integer> seen = new ConcurrentHashMap<>();

        for (int i = 0; i < 20_000; i++) {
            Object result = step(map, random);
            seen.merge(Objects.hashCode(result), 1, Integer::sum);
        }

        Function<ShapeGrowth, Long> present = shape -> shape.total() - shape.removed();
        assertThat(seen).isNotEmpty();
        assertThat(profile.snapshot().shapes())
                .extracting(present)
                .containsExactly(map.stats().size());
    }
}
