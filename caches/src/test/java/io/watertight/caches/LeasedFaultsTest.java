package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

    /** What is done with one key, whose hash code fails at one of the calls; each closes what is the caller's. */
    private enum Operation {
        PUT {
            @Override
            void run(LeasedCache<FailingKey, Resource> cache, FailingKey key, Resource value) throws Exception {
                cache.put(key, value);
            }
        },
        PUT_IF_ABSENT {
            @Override
            void run(LeasedCache<FailingKey, Resource> cache, FailingKey key, Resource value) throws Exception {
                boolean mine = true;
                try {
                    mine = !cache.putIfAbsent(key, value);
                } finally {
                    if (mine) {
                        value.close();
                    }
                }
            }
        },
        LOAD {
            @Override
            void run(LeasedCache<FailingKey, Resource> cache, FailingKey key, Resource value) throws Exception {
                load(cache, key, value).close();
            }
        },
        DETACH {
            @Override
            void run(LeasedCache<FailingKey, Resource> cache, FailingKey key, Resource value) throws Exception {
                load(cache, key, value).detach().close();
            }
        };

        abstract void run(LeasedCache<FailingKey, Resource> cache, FailingKey key, Resource value) throws Exception;

        private static CacheLease<Resource> load(
                LeasedCache<FailingKey, Resource> cache, FailingKey key, Resource value) throws Exception {
            AtomicBoolean loaded = new AtomicBoolean();
            try {
                return Objects.requireNonNull(cache.acquire(key, (same, load) -> {
                    loaded.set(true);
                    return value;
                }));
            } finally {
                if (!loaded.get()) {
                    value.close();
                }
            }
        }
    }

    /** A key whose hash code fails once. */
    private static final class FailingKey {
        private final AtomicInteger left;

        FailingKey(int calls) {
            this.left = new AtomicInteger(calls);
        }

        @Override
        public int hashCode() {
            if (left.getAndDecrement() == 0) {
                throw new IllegalStateException("no hash code now");
            }
            return 1;
        }

        @Override
        public boolean equals(Object other) {
            return other == this;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKeyThatFailsAtAnyCallLosesNothing(Operation operation) throws Exception {
        int failures = 0;
        boolean failed = true;
        for (int calls = 0; failed; calls++) {
            FailingKey key = new FailingKey(calls);
            LeasedCache<FailingKey, Resource> cache = LeasedCache.<FailingKey, Resource>builder("failing keys")
                    .maximumSize(10)
                    .timeToLive(Duration.ofMinutes(1)) // varied by the hash code
                    .maxOpen(1)
                    .maxInFlight(1)
                    .build();
            Resource value = new Resource("a");
            try {
                operation.run(cache, key, value);
            } catch (IllegalStateException | LoadFailedException expected) {
                failures++;
            }
            failed = key.left.getAndSet(Integer.MAX_VALUE) < 0;

            FailingKey other = new FailingKey(Integer.MAX_VALUE);
            Objects.requireNonNull(cache.acquire(other, (same, load) -> new Resource("b")))
                    .close(); // no place was lost
            CacheCloseReport report = cache.close(LONG);

            assertThat(report.complete())
                    .as("%s, call %s: %s", operation, calls, report)
                    .isTrue();
            assertThat(value.closes).as("%s, call %s", operation, calls).hasValue(1);
        }
        assertThat(failures).isPositive();
    }

    @Test
    void aNullKeyCostsAValueThatIsPut() {
        Resource value = new Resource("a");
        try (LeasedCache<String, Resource> cache = LeasedCache.<String, Resource>builder("null keys")
                .maximumSize(10)
                .build()) {
            assertThatThrownBy(() -> cache.put(null, value))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("key");
        }
        assertThat(value.closes).hasValue(1);
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
