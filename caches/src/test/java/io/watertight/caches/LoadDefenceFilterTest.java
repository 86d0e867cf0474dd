package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.common.hash.Funnels;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The filter of a load defence: when it answers, when it is filled anew, and who watches it. */
class LoadDefenceFilterTest {

    private final ManualTicker ticker = new ManualTicker();
    private final Logger logger = (Logger) LoggerFactory.getLogger(LoadDefence.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
        logger.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
        logger.setAdditive(true);
    }

    private LoadDefenceBuilder<Long> builder() {
        LoadDefenceBuilder<Long> builder = LoadDefence.builder("users");
        builder.ticker = ticker;
        builder.random = most -> 0; // the whole pause
        return builder;
    }

    private LoadDefenceBuilder<Long> filtered(Supplier<Stream<Long>> keys) {
        return builder().filter(10_000, 0.01, Funnels.longFunnel(), keys);
    }

    private static void await(LoadDefence<?> defence) throws Exception {
        defence.rebuild().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static void absent(LoadDefence<Long> defence, long key) {
        defence.admit(key);
        defence.absent(key, defence.stamp(key));
    }

    @Test
    void filterAnswersOnceItIsFilled() throws Exception {
        CountDownLatch mayFill = new CountDownLatch(1);
        LoadDefence<Long> defence = filtered(() -> {
                    awaitQuietly(mayFill);
                    return Stream.of(1L);
                })
                .build();

        assertThat(defence.isAbsent(1L)).isFalse();
        assertThat(defence.isAbsent(2L)).isFalse(); // it has begun, and knows nothing yet
        assertThat(defence.stats().filterReady()).isFalse();

        mayFill.countDown();
        await(defence);
        assertThat(defence.isAbsent(1L)).isFalse();
        assertThat(defence.isAbsent(2L)).isTrue();
        assertThat(defence.stats().filterNo()).isEqualTo(1);
        assertThat(defence.stats().filterReady()).isTrue();
    }

    @Test
    void loadedAndPutKeysAreLetThrough() throws Exception {
        LoadDefence<Long> defence = filtered(Stream::empty).build();
        await(defence);
        assertThat(defence.isAbsent(1L)).isTrue();

        defence.loaded(1L);
        defence.forget(2L);
        defence.announce(3L);

        assertThat(defence.isAbsent(1L)).isFalse();
        assertThat(defence.isAbsent(2L)).isFalse();
        assertThat(defence.isAbsent(3L)).isFalse();
        assertThat(defence.isAbsent(4L)).isTrue();
    }

    @Test
    void rebuildForgetsWhatIsNoLongerInTheSource() throws Exception {
        Collection<Long> source = new ConcurrentLinkedQueue<>(List.of(1L, 2L));
        LoadDefence<Long> defence = filtered(source::stream).build();
        await(defence);
        assertThat(defence.isAbsent(1L)).isFalse();

        source.remove(1L);
        await(defence);

        assertThat(defence.isAbsent(1L)).isTrue();
        assertThat(defence.isAbsent(2L)).isFalse();
        assertThat(defence.stats().filterRebuilds()).isEqualTo(2);
    }

    @Test
    void oldFilterIsFilledAnewWhenAKeyIsMissed() throws Exception {
        CountDownLatch twice = new CountDownLatch(2);
        LoadDefence<Long> defence = filtered(() -> {
                    twice.countDown();
                    return Stream.of(1L);
                })
                .rebuildEvery(Duration.ofHours(1))
                .build();
        defence.isAbsent(1L);
        awaitRebuilds(defence, 1);

        ticker.advance(Duration.ofMinutes(59));
        defence.isAbsent(1L);
        assertThat(twice.getCount()).isEqualTo(1);

        ticker.advance(Duration.ofMinutes(1));
        defence.isAbsent(1L);
        assertThat(twice.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private static void awaitRebuilds(LoadDefence<?> defence, long count) throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("watertight-filter-users")) {
                thread.join();
            }
        }
        assertThat(defence.stats().filterRebuilds()).isEqualTo(count);
    }

    @Test
    void requestWhileItIsFilledReadsTheSourceOnceMore() throws Exception {
        CountDownLatch opened = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        Queue<Long> source = new ConcurrentLinkedQueue<>();
        AtomicInteger streams = new AtomicInteger();
        LoadDefence<Long> defence = filtered(() -> {
                    streams.incrementAndGet();
                    List<Long> keys = List.copyOf(source);
                    opened.countDown();
                    awaitQuietly(mayGoOn);
                    return keys.stream();
                })
                .build();
        defence.rebuild();
        opened.await();
        source.add(1L); // the stream has passed by

        var second = defence.rebuild().toCompletableFuture();
        var third = defence.rebuild().toCompletableFuture();
        mayGoOn.countDown();
        second.get(30, TimeUnit.SECONDS);
        third.get(30, TimeUnit.SECONDS);

        assertThat(defence.isAbsent(1L)).isFalse();
        assertThat(streams).hasValue(2);
    }

    @Test
    void sourceThatFailsLeavesTheFilterAndIsReported() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger closed = new AtomicInteger();
        LoadDefence<Long> defence = filtered(() -> LongStream.of(1, 2)
                        .boxed()
                        .peek(key -> {
                            if (key == 2 && runs.get() == 1) {
                                throw new IllegalStateException("cursor lost");
                            }
                        })
                        .onClose(closed::incrementAndGet))
                .build();
        await(defence);
        runs.set(1);

        assertThat(defence.rebuild().toCompletableFuture())
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("cursor lost");

        assertThat(closed).hasValue(2);
        assertThat(defence.isAbsent(2L)).isFalse();
        assertThat(defence.isAbsent(3L)).isTrue();
        assertThat(defence.stats().filterFailures()).isEqualTo(1);
        assertThat(log.list)
                .singleElement()
                .satisfies(line -> assertThat(line.getFormattedMessage())
                        .contains("'users'")
                        .contains("the filter before goes on"));
    }

    @Test
    void firstFillThatFailedIsTriedAgainAfterAMinute() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        LoadDefence<Long> defence = filtered(() -> {
                    if (calls.incrementAndGet() == 1) {
                        throw new IllegalStateException("no connection");
                    }
                    return Stream.of(1L);
                })
                .build();
        defence.isAbsent(1L);
        awaitRebuilds(defence, 0);

        defence.isAbsent(1L);
        assertThat(calls).hasValue(1);

        ticker.advance(Duration.ofMinutes(1));
        defence.isAbsent(1L);
        awaitRebuilds(defence, 1);
        assertThat(calls).hasValue(2);
    }

    @Test
    void auditLoadsOneOfAThousandAndReportsAKeyThatExists() throws Exception {
        LoadDefence<Long> defence = filtered(Stream::empty).audit().build();
        await(defence);
        int audited = 0;
        for (long key = 0; key < 100_000; key++) {
            if (!defence.isAbsent(key)) {
                audited++;
                if (audited == 1) {
                    defence.loaded(key); // it exists: somebody forgot to announce it
                } else {
                    absent(defence, key);
                }
            }
        }

        LoadDefenceStats stats = defence.stats();
        assertThat(audited).isBetween(60, 140);
        assertThat(stats.filterAudited()).isEqualTo(audited);
        assertThat(stats.filterNo()).isEqualTo(100_000);
        assertThat(stats.filterWrong()).isEqualTo(1);
        assertThat(log.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.ERROR);
            assertThat(line.getFormattedMessage()).contains("'users'").contains("wrong=1");
        });
    }

    @Test
    void withoutAuditNothingIsLetThrough() throws Exception {
        LoadDefence<Long> defence = filtered(Stream::empty).build();
        await(defence);

        assertThat(LongStream.range(0, 10_000)
                        .filter(key -> !defence.isAbsent(key))
                        .count())
                .isZero();
    }

    @Test
    void funnelThatThrowsRefusesNobody() throws Exception {
        LoadDefence<Long> defence = builder()
                .filter(
                        100,
                        0.01,
                        (key, into) -> {
                            if (key < 0) {
                                throw new IllegalStateException("negative");
                            }
                            into.putLong(key);
                        },
                        Stream::empty)
                .build();
        await(defence);

        assertThat(defence.isAbsent(-1L)).isFalse();
        assertThat(defence.isAbsent(1L)).isTrue(); // a question does no harm
        defence.loaded(-1L);
        assertThat(defence.isAbsent(1L)).isFalse(); // a key that is not in the filter does

        assertThat(defence.stats().filterReady()).isFalse();
        assertThat(defence.stats().filterFailures()).isEqualTo(2);
        assertThat(log.list).hasSize(1);

        ticker.advance(Duration.ofMinutes(1));
        defence.isAbsent(1L);
        awaitRebuilds(defence, 2);
        assertThat(defence.isAbsent(1L)).isTrue();
    }

    @Test
    void filterThatIsTooSmallSaysSo() throws Exception {
        LoadDefence<Long> defence = builder()
                .filter(
                        100,
                        0.01,
                        Funnels.longFunnel(),
                        () -> LongStream.range(0, 1_000).boxed())
                .build();

        await(defence);

        assertThat(defence.stats().filterFalsePositiveRate()).isGreaterThan(0.5);
        assertThat(log.list)
                .singleElement()
                .satisfies(line -> assertThat(line.getFormattedMessage()).contains("keys expected=100"));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
