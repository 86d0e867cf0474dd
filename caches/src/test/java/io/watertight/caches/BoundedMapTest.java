package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.entry;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.watertight.guards.Guard;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a map does that has a bound. That it is a concurrent map is checked elsewhere. */
class BoundedMapTest {
    private final ManualTicker ticker = new ManualTicker();

    @Test
    void thereAreNeverMoreEntriesThanTheBoundOnceAllIsDone() {
        BoundedMap<Integer, String> map =
                BoundedMap.<Integer, String>builder("users").maximumSize(10).build();

        for (int i = 0; i < 1_000; i++) {
            map.put(i, "value");
        }

        BoundedMapStats stats = map.stats();
        assertThat(stats.size()).isEqualTo(10);
        assertThat(stats.weight()).isEqualTo(10);
        assertThat(stats.bound()).isEqualTo(10);
        assertThat(stats.evicted()).isEqualTo(990);
        assertThat(map).hasSize(10);
    }

    @Test
    void weightIsBounded() {
        BoundedMap<Integer, String> map = BoundedMap.<Integer, String>builder("texts")
                .maximumWeight(100, (key, text) -> text.length())
                .build();

        for (int i = 0; i < 100; i++) {
            map.put(i, "0123456789");
        }
        assertThat(map.stats().weight()).isEqualTo(100);
        assertThat(map.stats().size()).isEqualTo(10);

        map.put(1_000, "x".repeat(101));
        assertThat(map.stats().weight()).isLessThanOrEqualTo(100);
        assertThat(map).doesNotContainKey(1_000);
    }

    @Test
    void weightlessEntriesAreRefused() {
        BoundedMap<Integer, String> map = BoundedMap.<Integer, String>builder("texts")
                .maximumWeight(100, (key, text) -> text.length())
                .build();

        assertThatIllegalStateException()
                .isThrownBy(() -> map.put(1, ""))
                .withMessageContainingAll("bounded map 'texts'", "said 0", "java.lang.String");
        assertThat(map).isEmpty();
    }

    @Test
    void entriesExpire() {
        BoundedMap<Integer, String> written = BoundedMap.<Integer, String>builder("written")
                .maximumSize(10)
                .timeToLive(Duration.ofMinutes(1))
                .ticker(ticker)
                .build();
        BoundedMap<Integer, String> used = BoundedMap.<Integer, String>builder("used")
                .maximumSize(10)
                .timeToIdle(Duration.ofMinutes(1))
                .ticker(ticker)
                .build();
        written.put(1, "a");
        used.put(1, "a");

        ticker.advance(Duration.ofSeconds(40));
        assertThat(used.get(1)).isEqualTo("a");
        ticker.advance(Duration.ofSeconds(40));

        assertThat(written.get(1)).isNull();
        assertThat(written.stats().expired()).isEqualTo(1);
        assertThat(used.get(1)).isEqualTo("a");
    }

    @Test
    void closeableValuesAreRefused() {
        BoundedMap<String, Object> map =
                BoundedMap.<String, Object>builder("users").maximumSize(10).build();
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
                () -> map.merge("k", 1, (before, more) -> closeable),
                () -> map.replaceAll((key, value) -> closeable),
                () -> map.entrySet().iterator().next().setValue(closeable));

        assertThat(puts)
                .allSatisfy(put -> assertThatIllegalArgumentException()
                        .isThrownBy(put::run)
                        .withMessageContainingAll("bounded map 'users'", "java.io.StringReader", "LeasedCache"));
        assertThat(map).containsExactly(entry("k", 1));
    }

    @Test
    void nullsAreRefusedByName() {
        BoundedMap<String, Object> map =
                BoundedMap.<String, Object>builder("users").maximumSize(10).build();

        assertThatNullPointerException()
                .isThrownBy(() -> map.put(null, 1))
                .withMessageContainingAll("'users'", "key must not be null");
        assertThatNullPointerException()
                .isThrownBy(() -> map.put("k", null))
                .withMessageContainingAll("'users'", "value must not be null");
    }

    @Test
    void scopedMappingEndsWithItsGuardUnlessItWasReplaced() {
        BoundedMap<String, Object> map =
                BoundedMap.<String, Object>builder("contexts").maximumSize(10).build();

        Guard<Object> first = map.putScoped("request", new Object());
        try (Guard<Object> second = map.putScoped("request", new Object())) {
            first.close();
            assertThat(map.get("request")).isSameAs(second.get());
        }

        assertThat(map).isEmpty();
    }

    @Test
    void profileSeesWhatComesAndGoesAndIsEvicted() {
        KeyProfile<String> profile =
                KeyProfile.<String>builder("users").ticker(ticker).build();
        BoundedMap<String, Object> map = BoundedMap.<String, Object>builder("users")
                .maximumSize(10)
                .profile(profile)
                .build();

        for (int i = 0; i < 100; i++) {
            map.put("user:" + i, i);
            map.computeIfAbsent("order:" + i, key -> 1);
        }
        map.put("user:99", "replaced");
        map.stats();

        assertThat(profile.snapshot().shapes())
                .allSatisfy(shape -> assertThat(shape.added()).isEqualTo(100));
        assertThat(profile.snapshot().shapes().stream()
                        .mapToLong(ShapeGrowth::net)
                        .sum())
                .isEqualTo(map.stats().size());
        map.clear();
        assertThat(profile.snapshot().shapes())
                .allSatisfy(shape -> assertThat(shape.net()).isZero());
    }

    /** Holds its key directly. */
    private record Holder(Object held) {}

    /** Holds its key in what it holds. */
    private record Outer(Holder inner) {}

    /** Holds nothing. */
    private record Clean(Object other) {}

    @Test
    void valuesThatHoldTheirWeakKeyAreWarnedOfOnceForEachClass() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(BoundedMap.class);
        log.start();
        logger.addAppender(log);
        try {
            BoundedMap<Object, Object> map =
                    BoundedMap.builder("screens").maximumSize(10).weakKeys().build();
            Object key = new Object();

            map.put(key, new Clean("other"));
            map.put(key, new Holder(key));
            map.put(key, new Holder(key));
            map.compute(key, (same, value) -> new Outer(new Holder(same)));

            assertThat(log.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .satisfiesExactly(
                            first -> assertThat(first).contains("'screens'", "Holder", "Holder.held"),
                            second -> assertThat(second).contains("Outer.inner -> Holder.held"));
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void boundMustBePositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BoundedMap.builder("m").maximumSize(0))
                .withMessageContainingAll("'m'", "maximumSize", "0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BoundedMap.builder("m").maximumWeight(-1, (key, value) -> 1))
                .withMessageContainingAll("'m'", "maximumWeight", "-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BoundedMap.builder("m").maximumSize(1).timeToLive(Duration.ZERO))
                .withMessageContaining("timeToLive");
    }
}
