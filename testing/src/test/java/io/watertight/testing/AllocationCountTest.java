package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AllocationCountTest {
    static volatile Object sink;

    static final class TwoKinds implements AllocationScenario {
        private final long[] prepared = new long[1_000]; // not counted
        private int calls;

        private TwoKinds() {}

        @Override
        public void run() {
            sink = new byte[100];
            prepared[0]++;
            if (calls++ % 64 == 0) {
                sink = new ArrayList<>(50);
            }
        }
    }

    static final class Vanishing implements AllocationScenario {
        private long sum;

        @Override
        public void run() {
            record Pair(long one, long two) {}
            Pair pair = new Pair(sum, 1);
            sum = pair.one() + pair.two();
        }
    }

    static final class Stuck implements AllocationScenario {
        @Override
        public void run() throws InterruptedException {
            new CountDownLatch(1).await();
        }
    }

    static final class Failing implements AllocationScenario {
        @Override
        public void run() throws IOException {
            throw new IOException("out of paper");
        }
    }

    private static long filesLeft() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("allocations"))
                    .count();
        }
    }

    @Test
    void everyAllocationIsCountedAtItsLine() throws IOException {
        long files = filesLeft();

        AllocationCount count = Allocations.count(TwoKinds.class);

        assertThat(count.allocationsPerOperation()).isEqualTo(1 + 2 / 64.0);
        assertThat(count.operations() % 64).isZero();
        assertThat(count.sites())
                .extracting(AllocationSite::type)
                .containsExactly("byte[]", "java.util.ArrayList", "java.lang.Object[]");
        assertThat(count.sites())
                .extracting(AllocationSite::allocationsPerOperation)
                .containsExactly(1.0, 1 / 64.0, 1 / 64.0);
        assertThat(count.sites().get(0).line()).startsWith(TwoKinds.class.getName() + ".run:");
        assertThat(count.sites().get(2).line()).contains(" through java.util.ArrayList.<init>");
        assertThat(count.bytesPerOperation())
                .isEqualTo(Allocations.measure(new TwoKinds()).bytesPerOperation());
        assertThat(count.message()).contains("1 x byte[]");
        assertThat(filesLeft()).isEqualTo(files);
    }

    @Test
    void strictCountsWhatCompilersWouldRemove() {
        assertThat(Allocations.count(Vanishing.class).allocationsPerOperation()).isZero();
        assertThat(Allocations.count(Vanishing.class, AllocationMode.STRICT, Duration.ofMinutes(1))
                        .sites())
                .extracting(AllocationSite::allocationsPerOperation)
                .isEqualTo(List.of(1.0));
    }

    @Test
    void jvmThatDoesNotAnswerInTimeIsEnded() throws IOException {
        long files = filesLeft();

        assertThatExceptionOfType(AllocationUnavailableException.class)
                .isThrownBy(() -> Allocations.count(Stuck.class, AllocationMode.STEADY, Duration.ofSeconds(1)))
                .withMessageContaining("was ended after PT1S");
        assertThat(filesLeft()).isEqualTo(files);
    }

    @Test
    void failureOfTheOperationIsShown() {
        assertThatExceptionOfType(AllocationUnavailableException.class)
                .isThrownBy(() -> Allocations.count(Failing.class))
                .withMessageContaining("ended with 1")
                .withMessageContaining("out of paper");
    }

    @Test
    void interruptEndsTheJvm() {
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(AllocationUnavailableException.class)
                .isThrownBy(() -> Allocations.count(Stuck.class))
                .withMessageContaining("interrupt");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void classesThatAnotherJvmCannotMakeAreRefused() {
        class Local implements AllocationScenario {
            @Override
            public void run() {}
        }
        AllocationScenario lambda = () -> {};

        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> Allocations.count(Local.class));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Allocations.count(lambda.getClass()));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Allocations.count(AllocationScenario.class));
    }
}
