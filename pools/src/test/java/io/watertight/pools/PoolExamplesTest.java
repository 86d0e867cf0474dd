package io.watertight.pools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.watertight.guards.TrackingLevel;
import io.watertight.testing.AllowLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The examples of docs/pools.md. The last test checks that the page shows what runs here. */
class PoolExamplesTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);

    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger reset = new AtomicInteger();
    private final Pool<Line> lines = open();

    /** What the page calls a line to a till: it can be in the middle of a sale, and it can break. */
    interface Line extends AutoCloseable {
        int sell(String what) throws IOException;

        boolean works();

        void cancelSale();

        @Override
        void close();
    }

    private static final class TillLine implements Line {
        private final int number;
        private boolean broken;
        private boolean closed;

        TillLine(int number) {
            this.number = number;
        }

        @Override
        public int sell(String what) throws IOException {
            if (broken || closed) {
                throw new IOException("the line to the till is broken");
            }
            return number;
        }

        @Override
        public boolean works() {
            return !broken && !closed;
        }

        @Override
        public void cancelSale() {}

        @Override
        public void close() {
            closed = true;
        }
    }

    private Line connect() {
        return new TillLine(connected.incrementAndGet());
    }

    // A pool has a bound and a source; everything else has a default.
    private Pool<Line> open() {
        return Pool.builder("till line")
                .capacity(4)
                .allocator(new Allocator<Line>() {
                    @Override
                    public Line create() {
                        return connect();
                    }

                    @Override
                    public boolean isValid(Line line) {
                        return line.works();
                    }
                })
                .prefill(2)
                .validateEvery(Duration.ofSeconds(30))
                .maxLifetime(Duration.ofMinutes(30))
                .overdueAfter(Duration.ofSeconds(20))
                .reset(line -> {
                    line.cancelSale();
                    reset.incrementAndGet();
                })
                .revocable(Line.class)
                .build();
    }

    @AfterEach
    void close() {
        lines.close();
    }

    @Test
    void quickStartLendsResetsAndTakesBack() throws Exception {
        lines.awaitReady(Duration.ofSeconds(10));

        try (PoolLease<Line> lease = lines.acquire(Duration.ofSeconds(2))) {
            lease.get().sell("tea");
        }

        assertThat(lines.stats().idle()).isEqualTo(2);
        assertThat(lines.stats().leases()).isOne();
        assertThat(reset).hasValue(1);
    }

    @Test
    void brokenObjectIsReplacedAndTheOthersLookedAt() throws Exception {
        lines.awaitReady(LONG);
        PoolLease<Line> lease = lines.acquire(Duration.ofSeconds(2));
        breakAllIdle();

        try {
            failsAlways();
        } catch (IOException broken) {
            lease.invalidate(broken);
            lines.evict(line -> !line.works());
        }

        lines.awaitReady(LONG);
        assertThat(lines.stats().destroyed()).containsEntry(DestroyReason.INVALIDATED, 1L);
        assertThat(lines.stats().destroyed()).containsEntry(DestroyReason.EVICTED, 1L);
        assertThat(lines.<Integer, IOException>with(LONG, line -> line.sell("tea")))
                .isGreaterThan(2);
    }

    private void breakAllIdle() {
        lines.evict(line -> {
            ((TillLine) line).broken = true;
            return false;
        });
    }

    private static void failsAlways() throws IOException {
        throw new IOException("the line to the till is broken");
    }

    @Test
    void callForTheTimeOfAFunction() throws Exception {
        int receipt = lines.with(Duration.ofSeconds(2), line -> line.sell("tea"));

        assertThat(receipt).isPositive();
        assertThat(lines.stats().leased()).isZero();
    }

    @Test
    void ticketIsExact() throws Exception {
        long ticket = lines.acquireTicket(Duration.ofSeconds(2));
        try {
            lines.get(ticket).sell("tea");
        } finally {
            lines.release(ticket);
        }

        assertThatIllegalStateException().isThrownBy(() -> lines.get(ticket)).withMessageContaining("not valid");
        assertThatIllegalStateException()
                .isThrownBy(() -> lines.release(ticket))
                .withMessageContaining("not valid");
    }

    @Test
    void asyncLeaseIsHandedOver() throws Exception {
        CompletableFuture<Integer> receipt = lines.acquireAsync(Duration.ofSeconds(2), Runnable::run)
                .thenApply(lease -> {
                    try (PoolLease<Line> mine = lease.handOver(Thread.currentThread())) {
                        return sell(mine.get());
                    }
                });

        assertThat(receipt.get()).isPositive();
        assertThat(lines.stats().leased()).isZero();
    }

    private static int sell(Line line) {
        try {
            return line.sell("tea");
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Tests run at STRICT unless they are told otherwise. */
    @Test
    void inStrictAnObjectThatWasKeptIsRefused() throws Exception {
        Line kept;
        try (PoolLease<Line> lease = lines.acquire(Duration.ofSeconds(2))) {
            kept = lease.get();
            kept.sell("tea");
        }

        assertThatIllegalStateException()
                .isThrownBy(() -> kept.sell("more tea"))
                .withMessageContaining("after its lease was closed")
                .withMessageContaining(lines.name());
        assertThat(TrackingLevel.STRICT).isGreaterThan(TrackingLevel.TRACK);
    }

    @Test
    void inStrictASecondCloseIsRefused() throws Exception {
        PoolLease<Line> lease = lines.acquire(Duration.ofSeconds(2));
        lease.close();

        assertThatIllegalStateException().isThrownBy(lease::close).withMessageContaining("was closed before");
        assertThat(lines.stats().redundantCloses()).isOne();
    }

    @Test
    @AllowLeaks(type = "till line", reason = "closed below, after the pool")
    void timeOutNamesTheHolders() throws Exception {
        List<PoolLease<Line>> all =
                List.of(lines.acquire(LONG), lines.acquire(LONG), lines.acquire(LONG), lines.acquire(LONG));

        assertThatThrownBy(() -> lines.acquire(Duration.ofMillis(10)).close())
                .isInstanceOf(PoolTimeoutException.class)
                .hasMessageContaining("pool 'till line': no object within 10")
                .hasMessageContaining("capacity=4, alive=4, leased=4")
                .hasMessageContaining("this thread itself holds 4 of them")
                .hasMessageContaining("PoolExamplesTest.java:");
        assertThat(lines.holders())
                .hasSize(4)
                .allMatch(holder -> holder.threadId() == Thread.currentThread().getId());
        all.forEach(PoolLease::close);
    }

    @Test
    void livePoolIsChanged() throws Exception {
        lines.awaitReady(LONG);

        lines.resize(8);
        lines.suspend();
        CompletionStage<@Nullable Void> replaced = lines.replaceAllocator(this::connect);
        lines.resume();

        replaced.toCompletableFuture().join();
        assertThat(lines.stats().capacity()).isEqualTo(8);
        assertThat(lines.stats().destroyed()).containsEntry(DestroyReason.REPLACED, 2L);
    }

    @Test
    void drainSaysWhoIsLeft() throws Exception {
        PoolLease<Line> held = lines.acquire(LONG);

        DrainReport report = lines.drain(Duration.ofMillis(10));
        assertThat(report.complete()).isFalse();
        assertThat(report.survivors()).hasSize(1);
        assertThat(report.toString()).contains("not drained within").contains("PoolExamplesTest.java:");

        held.close();
        assertThat(lines.drain(LONG).complete()).isTrue();
    }

    @Test
    void thePageShowsWhatRunsHere() throws IOException {
        String source =
                withoutIndent(Path.of("src", "test", "java", "io", "watertight", "pools", "PoolExamplesTest.java"));
        List<String> blocks = JAVA_BLOCK
                .matcher(Files.readString(Path.of("..", "docs", "pools.md")))
                .results()
                .map(block -> withoutIndent(block.group(1).lines()))
                .toList();

        assertThat(blocks)
                .hasSizeGreaterThan(4)
                .allSatisfy(block -> assertThat(source).contains(block));
    }

    private static String withoutIndent(Path file) throws IOException {
        try (Stream<String> text = Files.lines(file)) {
            return withoutIndent(text);
        }
    }

    private static String withoutIndent(Stream<String> text) {
        return String.join("\n", text.map(String::strip).toList());
    }
}
