package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LeasedCacheTest {
    private final ConcurrentLinkedQueue<Resource> made = new ConcurrentLinkedQueue<>();

    private Resource make(String key, CacheLoad load) {
        Resource resource = new Resource(key);
        made.add(resource);
        return resource;
    }

    private LeasedCacheBuilder<String, Resource> cache(int size) {
        return LeasedCache.<String, Resource>builder("test").maximumSize(size);
    }

    @Test
    void aValueIsLoadedOnceAndClosedWithTheCache() throws Exception {
        LeasedCache<String, Resource> cache = cache(10).loader(this::make).build();
        try (CacheLease<Resource> first = cache.acquire("a");
                CacheLease<Resource> second = cache.acquire("a")) {
            assertThat(first.get()).isSameAs(second.get());
            assertThat(cache.stats().leases()).isEqualTo(2);
        }

        CacheCloseReport report = cache.close(Duration.ofSeconds(20));

        assertThat(report.complete()).as(report.toString()).isTrue();
        assertThat(made).singleElement().matches(resource -> resource.closes.get() == 1);
        assertThat(cache.stats().closed()).isOne();
        assertThatThrownBy(() -> cache.acquire("a")).isInstanceOf(CacheClosedException.class);
        assertThatThrownBy(() -> cache.acquireIfPresent("a")).isInstanceOf(CacheClosedException.class);
    }

    @Test
    void aFileChannelThatIsEvictedWhileItIsReadIsClosedAfterwards(@TempDir Path directory) throws Exception {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            files.add(Files.writeString(directory.resolve("segment-" + i), "content of " + i));
        }
        List<FileChannel> opened = new ArrayList<>();
        try (LeasedCache<Path, FileChannel> cache = LeasedCache.<Path, FileChannel>builder("segments")
                .maximumSize(2)
                .loader((path, load) -> {
                    FileChannel channel = FileChannel.open(path);
                    synchronized (opened) {
                        opened.add(channel);
                    }
                    return channel;
                })
                .build()) {
            try (CacheLease<FileChannel> lease = cache.acquire(files.get(0))) {
                cache.invalidate(files.get(0));
                for (Path file : files.subList(1, 20)) {
                    assertThat(cache.<Long, IOException>with(file, FileChannel::size))
                            .isPositive();
                }

                ByteBuffer content = ByteBuffer.allocate(20);
                lease.get().read(content);

                assertThat(new String(content.array(), 0, content.position(), java.nio.charset.StandardCharsets.UTF_8))
                        .isEqualTo("content of 0");
                assertThat(cache.stats().zombies()).isOne();
            }
        }

        assertThat(opened).hasSize(20).noneMatch(FileChannel::isOpen);
        assertThatThrownBy(() -> opened.get(0).size()).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void aReplacedValueIsClosedAfterItsLastUser() throws Exception {
        try (LeasedCache<String, Resource> cache = cache(10).loader(this::make).build()) {
            Resource old = new Resource("old");
            cache.put("a", old);
            CacheLease<Resource> lease = cache.acquire("a");

            cache.put("a", new Resource("new"));

            assertThat(lease.get().isOpen()).isTrue();
            lease.close();
            assertThat(old.awaitClosed()).isTrue();
            assertThat(cache.<String, RuntimeException>with("a", value -> value.name))
                    .isEqualTo("new");
        }
    }

    @Test
    void puttingTheSameValueAgainHasNoEffect() throws Exception {
        Resource value = new Resource("a");
        try (LeasedCache<String, Resource> cache = cache(10).build()) {
            cache.put("a", value);
            cache.put("a", value);
            assertThat(cache.stats().open()).isOne();
            assertThat(value.isOpen()).isTrue();
        }
        assertThat(value.closes).hasValue(1);
    }

    @Test
    void theLoserOfPutIfAbsentKeepsItsValue() throws Exception {
        Resource second = new Resource("second");
        try (LeasedCache<String, Resource> cache = cache(10).build()) {
            assertThat(cache.putIfAbsent("a", new Resource("first"))).isTrue();
            assertThat(cache.putIfAbsent("a", second)).isFalse();
            assertThat(cache.stats().open()).isOne();
        }
        assertThat(second.isOpen()).isTrue();
    }

    @Test
    void whoLosesAtTheLastMomentKeepsItsValueToo() throws Exception {
        Resource mine = new Resource("mine");
        AtomicReference<LeasedCache<String, Resource>> self = new AtomicReference<>();
        try (LeasedCache<String, Resource> cache = LeasedCache.<String, Resource>builder("test")
                .maximumWeight(10, (key, value) -> {
                    if (value == mine) { // the key was seen to be absent
                        assertThatCode(() -> self.get().put("a", new Resource("first")))
                                .doesNotThrowAnyException();
                    }
                    return 1;
                })
                .build()) {
            self.set(cache);
            assertThat(cache.putIfAbsent("a", mine)).isFalse();
            assertThat(cache.stats().open()).isOne();
        }
        assertThat(mine.isOpen()).isTrue();
    }

    @Test
    void aDetachedValueIsTheCallers() throws Exception {
        Resource value;
        try (LeasedCache<String, Resource> cache = cache(10).loader(this::make).build()) {
            CacheLease<Resource> lease = cache.acquire("a");
            CacheLease<Resource> other = cache.acquire("a");
            assertThatThrownBy(lease::detach)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("1 others");
            other.close();

            value = lease.detach();

            assertThat(lease.isOpen()).isFalse();
            assertThat(cache.keys()).isEmpty();
            assertThat(cache.stats().open()).isZero();
        }
        assertThat(value.isOpen()).isTrue();
    }

    @Test
    void aClosedLeaseCannotBeUsedAndClosesOnce() throws Exception {
        try (LeasedCache<String, Resource> cache = cache(10).loader(this::make).build()) {
            CacheLease<Resource> lease = Objects.requireNonNull(cache.acquire("a"));
            CacheLease<Resource> other = Objects.requireNonNull(cache.acquire("a"));
            lease.close();
            try {
                lease.close();
            } catch (IllegalStateException strict) {
                assertThat(strict).hasMessageContaining("test");
            }
            cache.invalidate("a");

            assertThat(other.get().isOpen()).isTrue();
            assertThat(cache.stats().redundantCloses()).isOne();
            assertThatThrownBy(lease::get)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("'test'");
            other.close();
            assertThat(made.element().awaitClosed()).isTrue();
        }
    }

    @Test
    void aWeigherThatThrowsLosesNoValue() throws Exception {
        Resource heavy = new Resource("heavy");
        try (LeasedCache<String, Resource> cache = LeasedCache.<String, Resource>builder("weighed")
                .maximumWeight(10, (key, value) -> {
                    if (key.equals("bad")) {
                        throw new IllegalArgumentException("cannot weigh");
                    }
                    return key.equals("none") ? 0 : 5;
                })
                .loader(this::make)
                .build()) {
            assertThatThrownBy(() -> cache.acquire("bad"))
                    .isInstanceOf(LoadFailedException.class)
                    .hasRootCauseMessage("cannot weigh");
            assertThat(made.poll().awaitClosed()).isTrue();
            assertThatThrownBy(() -> cache.put("none", heavy)).hasMessageContaining("weigher said 0");
            assertThat(heavy.closes).hasValue(1);
            for (String key : List.of("a", "b", "c", "d")) {
                Objects.requireNonNull(cache.acquire(key)).close();
            }
            assertThat(cache.keys()).hasSize(2);
            assertThat(cache.stats().open()).isLessThanOrEqualTo(4);
        }
        assertThat(made).allMatch(resource -> resource.closes.get() == 1);
    }

    @Test
    void aCloseThatThrowsIsCountedAndDisturbsNobody() throws Exception {
        LeasedCache<String, Resource> cache = cache(10)
                .closeWith(value -> {
                    value.close();
                    if (value.name.equals("bad")) {
                        throw new IOException("cannot close");
                    }
                })
                .loader(this::make)
                .build();
        for (String key : List.of("bad", "good")) {
            Objects.requireNonNull(cache.acquire(key)).close();
        }

        CacheCloseReport report = cache.close(Duration.ofSeconds(20));

        assertThat(report.complete()).isTrue();
        assertThat(made).allMatch(resource -> resource.closes.get() == 1);
        assertThat(cache.stats().closeFailures()).isOne();
    }

    @Test
    void valuesExpireWithoutBeingAskedFor() throws Exception {
        ManualTicker ticker = new ManualTicker();
        try (LeasedCache<String, Resource> cache = cache(10)
                .ticker(ticker)
                .timeToLive(Duration.ofMinutes(1))
                .jitter(0)
                .loader((key, load) -> {
                    if (key.equals("long")) {
                        load.timeToLive(Duration.ofMinutes(10));
                    }
                    return make(key, load);
                })
                .build()) {
            Objects.requireNonNull(cache.acquire("short")).close();
            Objects.requireNonNull(cache.acquire("long")).close();

            ticker.advance(Duration.ofSeconds(62));

            Resource brief =
                    made.stream().filter(r -> r.name.equals("short")).findAny().orElseThrow();
            assertThat(brief.awaitClosed()).isTrue(); // a step of the library did it
            assertThat(cache.keys()).containsExactly("long");
        }
    }

    @Test
    void noMoreValuesAreOpenThanMayBe() throws Exception {
        try (LeasedCache<String, Resource> cache =
                cache(2).maxOpen(3).loader(this::make).build()) {
            CacheLease<Resource> a = cache.acquire("a");
            CacheLease<Resource> b = cache.acquire("b");
            CacheLease<Resource> c = cache.acquire("c");

            assertThatThrownBy(() -> cache.acquire("d", Duration.ofMillis(200)))
                    .isInstanceOf(LoadRefusedException.class)
                    .hasMessageContaining("3 values are open")
                    .hasMessageContaining("leased=3");
            Objects.requireNonNull(b).close();
            CacheLease<Resource> d = cache.acquire("d"); // makes room by dropping what nobody uses

            assertThat(cache.stats().open()).isEqualTo(3);
            for (CacheLease<Resource> lease : new ArrayList<>(java.util.Arrays.asList(a, c, d))) {
                Objects.requireNonNull(lease).close();
            }
        }
        assertThat(made).allMatch(resource -> resource.closes.get() == 1);
    }

    @Test
    void whoWaitsForAPlaceGetsItWhenAValueIsNotUsedAnyMore() throws Exception {
        try (LeasedCache<String, Resource> cache =
                cache(1).maxOpen(1).loader(this::make).build()) {
            CacheLease<Resource> used = Objects.requireNonNull(cache.acquire("a"));
            FutureTask<Boolean> waiter = new FutureTask<>(() -> {
                try (CacheLease<Resource> lease = cache.acquire("b")) {
                    return Objects.requireNonNull(lease).get().isOpen();
                }
            });
            Thread thread = new Thread(waiter, "waiter");
            thread.start();
            while (thread.getState() != Thread.State.TIMED_WAITING && !waiter.isDone()) {
                Thread.onSpinWait();
            }

            used.close(); // "a" stays in the cache, and open

            assertThat(waiter.get()).isTrue();
            assertThat(cache.keys()).containsExactly("b");
        }
    }

    @Test
    void whatIsStillLeasedAtTheDeadlineIsReportedAndClosedByItsLastUser() throws Exception {
        LeasedCache<String, Resource> cache = cache(10).loader(this::make).build();
        CacheLease<Resource> lease = Objects.requireNonNull(cache.acquire("a"));

        CacheCloseReport report = cache.close(Duration.ZERO);

        assertThat(report.complete()).isFalse();
        assertThat(report.leftovers()).singleElement().satisfies(left -> {
            assertThat(left.valueType()).isEqualTo(Resource.class.getName());
            assertThat(left.leases()).isOne();
        });
        assertThat(lease.get().isOpen()).isTrue();
        lease.close();
        assertThat(made.element().awaitClosed()).isTrue();
    }

    @Test
    void byForceValuesAreClosedUnderTheirUsers() throws Exception {
        LeasedCache<String, Resource> cache =
                cache(10).leftovers(LeftoverPolicy.FORCE).loader(this::make).build();
        CacheLease<Resource> lease = Objects.requireNonNull(cache.acquire("a"));

        CacheCloseReport report = cache.close(Duration.ZERO);

        assertThat(report.leftovers()).hasSize(1);
        assertThat(made.element().awaitClosed()).isTrue();
        assertThat(cache.close(Duration.ofSeconds(20)).complete()).isTrue();
        assertThatThrownBy(lease::get).isInstanceOf(IllegalStateException.class).hasMessageContaining("by force");
        lease.close();
        assertThat(made.element().closes).hasValue(1);
    }

    @Test
    void trimDropsAShare() throws Exception {
        try (LeasedCache<String, Resource> cache =
                cache(10).bytesPerValue(100).loader(this::make).build()) {
            for (int i = 0; i < 10; i++) {
                Objects.requireNonNull(cache.acquire("k" + i)).close();
            }
            assertThat(cache.trim(0.5)).isEqualTo(5);
            assertThat(cache.keys()).hasSize(5);
            assertThat(cache.worstCaseBytes()).hasValue((2 * 10 + 64) * 100);
            assertThatThrownBy(() -> cache.trim(2)).hasMessageContaining("fraction must be from 0 to 1: 2.0");
        }
    }

    @Test
    void aCloseThatCallsBackIntoTheCacheWorks() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        LeasedCache<?, ?>[] self = new LeasedCache<?, ?>[1];
        try (LeasedCache<String, Resource> cache = cache(10)
                .closeWith(value -> {
                    self[0].stats();
                    self[0].keys();
                    done.countDown();
                })
                .loader(this::make)
                .build()) {
            self[0] = cache;
            Objects.requireNonNull(cache.acquire("a")).close();
            cache.invalidate("a");
            done.await();
        }
    }
}
