package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Code of users that fails where none should: nobody waits for ever, and no value is lost. */
@Timeout(60)
class LeasedFaultsTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    /** A key that has no hash code while it is told so. */
    private record Key(String name, AtomicBoolean broken) {
        @Override
        public int hashCode() {
            if (broken.get()) {
                throw new IllegalStateException("no hash code now");
            }
            return name.hashCode();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && key.name.equals(name);
        }
    }

    private static LeasedCacheBuilder<Key, Resource> breakingKeys(AtomicReference<Resource> made) {
        return LeasedCache.<Key, Resource>builder("broken keys").maximumSize(10).loader((key, load) -> {
            made.set(new Resource(key.name));
            key.broken.set(true);
            return made.get();
        });
    }

    private static void assertClosesAll(LeasedCache<Key, Resource> cache, Resource value) throws InterruptedException {
        CacheCloseReport report = cache.close(LONG);
        assertThat(report.complete()).as(report.toString()).isTrue();
        assertThat(value.closes).hasValue(1);
    }

    @Test
    void aKeyThatBreaksBeforeItsValueIsThereFailsTheLoad() throws Exception {
        AtomicReference<Resource> made = new AtomicReference<>();
        LeasedCache<Key, Resource> cache =
                breakingKeys(made).timeToLive(Duration.ofMinutes(1)).build(); // varied by the hash code
        Key key = new Key("a", new AtomicBoolean());

        assertThatThrownBy(() -> cache.acquire(key))
                .isInstanceOf(LoadFailedException.class)
                .rootCause()
                .hasMessage("no hash code now");

        assertThat(made.get().awaitClosed()).isTrue();
        key.broken.set(false);
        assertClosesAll(cache, made.get());
    }

    @Test
    void aKeyThatBreaksWhenItsValueIsThereCostsNobodyTheValue() throws Exception {
        AtomicReference<Resource> made = new AtomicReference<>();
        LeasedCache<Key, Resource> cache = breakingKeys(made).build();
        Key key = new Key("a", new AtomicBoolean());

        try (CacheLease<Resource> lease = cache.acquire(key)) {
            assertThat(lease.get().isOpen()).isTrue();
        }

        assertClosesAll(cache, made.get()); // still broken
    }

    @Test
    void anErrorOfALoaderIsDeliveredAndItsThreadGoesOn() throws Exception {
        AtomicBoolean first = new AtomicBoolean(true);
        try (LeasedCache<String, Resource> cache = LeasedCache.<String, Resource>builder("errors")
                .maximumSize(10)
                .maxInFlight(1)
                .defence(LoadDefence.<String>builder("errors").build())
                .loader((key, load) -> {
                    if (first.getAndSet(false)) {
                        throw new StackOverflowError("told to fail");
                    }
                    return new Resource(key);
                })
                .build()) {
            assertThatThrownBy(() -> cache.acquire("a"))
                    .isInstanceOf(LoadFailedException.class)
                    .hasCauseInstanceOf(StackOverflowError.class);
            Objects.requireNonNull(cache.acquire("a")).close();
            assertThat(cache.stats().resident()).isOne();
        }
    }

    @Test
    void whatCannotBeClosedIsRefused() throws Exception {
        try (LeasedCache<String, Object> cache =
                LeasedCache.<String, Object>builder("plain").maximumSize(10).build()) {
            assertThatThrownBy(() -> cache.put("a", new Object()))
                    .hasMessageContaining("java.lang.Object cannot be closed")
                    .hasMessageContaining("closeWith()");
            assertThatThrownBy(() -> cache.putIfAbsent("a", new Object()))
                    .hasMessageContaining("java.lang.Object cannot be closed");
            assertThat(cache.stats().open()).isZero();
            assertThat(cache.stats().closeFailures()).isZero();
        }
    }

    @Test
    void badInputIsNamed() throws Exception {
        assertThatThrownBy(() -> LeasedCache.builder(" ")).hasMessageContaining("name must not be blank");
        var step = LeasedCache.<String, Resource>builder("bad");
        assertThatThrownBy(() -> step.maximumSize(0)).hasMessageContaining("values must be 1 to");
        assertThatThrownBy(() -> step.maximumWeight(0, (key, value) -> 1))
                .hasMessageContaining("weight must be 1 or more: 0");
        var builder = step.maximumSize(1);
        assertThatThrownBy(() -> builder.maxInFlight(0)).hasMessageContaining("loads must be 1 or more: 0");
        assertThatThrownBy(() -> builder.maxOpen(0)).hasMessageContaining("values must be 1 to");
        assertThatThrownBy(() -> builder.closeThreads(0)).hasMessageContaining("threads must be 1 or more: 0");
        assertThatThrownBy(() -> builder.timeToLive(Duration.ZERO)).hasMessageContaining("time must be positive");
        assertThatThrownBy(() -> builder.loadTimeout(Duration.ofSeconds(-1)))
                .hasMessageContaining("timeout must be positive");
        assertThatThrownBy(() -> builder.jitter(1)).hasMessageContaining("share must be from 0 to less than 1");
        try (LeasedCache<String, Resource> cache = builder.build()) {
            assertThatThrownBy(() -> cache.acquire("a"))
                    .isInstanceOf(LoadFailedException.class)
                    .hasRootCauseMessage("cache 'bad' has no loader; build it with one, or acquire with one");
            assertThatThrownBy(() -> cache.acquire(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> cache.acquire("a", Duration.ofSeconds(-1)))
                    .hasMessageContaining("timeout must not be negative");
        }
    }
}
