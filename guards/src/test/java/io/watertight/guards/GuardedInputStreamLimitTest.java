package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GuardedInputStreamLimitTest {
    private static final int LIMIT = 10_000;

    private final TestRegistry test = new TestRegistry();
    private final Site site = test.detector("stream").site("GuardedInputStreamLimitTest");

    @TempDir
    Path directory;

    /** Reads to the end in one way; adds up what it got, so that this is known after an exception too. */
    interface Way {
        void read(InputStream stream, Counter got) throws IOException;
    }

    interface Source {
        InputStream open(Path file) throws IOException;
    }

    static final class Counter {
        long bytes;
    }

    static Stream<Arguments> waysAndSources() {
        return ways().flatMap(way -> sources().map(source -> Arguments.of(way[0], source[0], way[1], source[1])));
    }

    private static Stream<Object[]> sources() {
        return Stream.of(
                source("FileInputStream", file -> new FileInputStream(file.toFile())),
                source("Files.newInputStream", Files::newInputStream),
                source("BufferedInputStream", file -> new BufferedInputStream(Files.newInputStream(file), 64)),
                source("ByteArrayInputStream", file -> new ByteArrayInputStream(Files.readAllBytes(file))));
    }

    private static Stream<Object[]> ways() {
        return Stream.of(
                way("read()", (stream, got) -> {
                    while (stream.read() >= 0) {
                        got.bytes++;
                    }
                }),
                way("read(byte[])", (stream, got) -> {
                    byte[] buffer = new byte[777];
                    for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                        got.bytes += count;
                    }
                }),
                way("read(byte[],int,int)", (stream, got) -> {
                    byte[] buffer = new byte[777];
                    for (int count = stream.read(buffer, 5, 700); count >= 0; count = stream.read(buffer, 5, 700)) {
                        got.bytes += count;
                    }
                }),
                way("readAllBytes()", (stream, got) -> got.bytes += stream.readAllBytes().length),
                way("readNBytes(int)", (stream, got) -> got.bytes += stream.readNBytes(Integer.MAX_VALUE).length),
                way(
                        "readNBytes(byte[],int,int)",
                        (stream, got) -> got.bytes += stream.readNBytes(new byte[LIMIT + 99], 5, LIMIT + 90)),
                way("skip(long)", (stream, got) -> {
                    for (long count = stream.skip(777); count > 0; count = stream.skip(777)) {
                        got.bytes += count;
                    }
                    assertThat(stream.read()).isNegative();
                }),
                way("skipNBytes(long)", (stream, got) -> {
                    stream.skipNBytes(LIMIT);
                    got.bytes += LIMIT;
                    assertThat(stream.read()).isNegative();
                }),
                way("transferTo(OutputStream)", (stream, got) -> {
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    try {
                        stream.transferTo(out);
                    } finally {
                        got.bytes += out.size();
                    }
                }));
    }

    private static Object[] way(String name, Way way) {
        return new Object[] {name, way};
    }

    private static Object[] source(String name, Source source) {
        return new Object[] {name, source};
    }

    private Path file(int size) throws IOException {
        return Files.write(directory.resolve("file" + size), new byte[size]);
    }

    @ParameterizedTest(name = "{0} from {1}")
    @MethodSource("waysAndSources")
    void streamOfExactlyTheLimitReadsToItsEnd(String name, String from, Way way, Source source) throws IOException {
        Counter got = new Counter();

        try (InputStream stream = Guarded.inputStream(site, source.open(file(LIMIT)), LIMIT)) {
            way.read(stream, got);
        }

        assertThat(got.bytes).isEqualTo(LIMIT);
    }

    @ParameterizedTest(name = "{0} from {1}")
    @MethodSource("waysAndSources")
    void oneByteBeyondTheLimitThrowsAndIsNotGiven(String name, String from, Way way, Source source) throws IOException {
        Counter got = new Counter();

        try (InputStream stream = Guarded.inputStream(site, source.open(file(LIMIT + 1)), LIMIT)) {
            assertThatThrownBy(() -> way.read(stream, got))
                    .isInstanceOf(ByteLimitExceededException.class)
                    .hasMessageContaining(String.valueOf(LIMIT))
                    .extracting(thrown -> ((ByteLimitExceededException) thrown).limit())
                    .isEqualTo((long) LIMIT);
        }

        assertThat(got.bytes).isLessThanOrEqualTo(LIMIT);
    }

    @ParameterizedTest(name = "{0} from {1}")
    @MethodSource("waysAndSources")
    void exceededStreamStaysExceeded(String name, String from, Way way, Source source) throws IOException {
        try (InputStream stream = Guarded.inputStream(site, source.open(file(2 * LIMIT)), LIMIT)) {
            assertThatThrownBy(stream::readAllBytes).isInstanceOf(ByteLimitExceededException.class);

            assertThatThrownBy(() -> way.read(stream, new Counter())).isInstanceOf(ByteLimitExceededException.class);
        }
    }

    @Test
    void skipNBytesBeyondTheLimitThrows() throws IOException {
        try (InputStream stream = Guarded.inputStream(site, Files.newInputStream(file(LIMIT + 1)), LIMIT)) {
            assertThatThrownBy(() -> stream.skipNBytes(LIMIT + 1)).isInstanceOf(ByteLimitExceededException.class);
        }
    }

    /** A FileInputStream skips beyond its end and says it did; that is not more than the limit. */
    @Test
    void skippingAtTheEndOfAFileThatIsShorterThanTheLimitIsFine() throws IOException {
        try (InputStream stream = Guarded.inputStream(site, new FileInputStream(file(5).toFile()), LIMIT)) {
            for (int i = 0; i < 10; i++) {
                stream.skip(LIMIT / 2);
            }

            assertThat(stream.read()).isNegative();
        }
    }

    @Test
    void limitOfZeroAllowsAnEmptyStreamOnly() throws IOException {
        try (InputStream stream = Guarded.inputStream(site, Files.newInputStream(file(0)), 0)) {
            assertThat(stream.read()).isNegative();
        }
        try (InputStream stream = Guarded.inputStream(site, Files.newInputStream(file(1)), 0)) {
            assertThatThrownBy(stream::read).isInstanceOf(ByteLimitExceededException.class);
        }
    }

    @Test
    void readingNothingIsNotReadingBeyond() throws IOException {
        try (InputStream stream = Guarded.inputStream(site, Files.newInputStream(file(LIMIT + 1)), LIMIT)) {
            stream.skipNBytes(LIMIT);

            assertThat(stream.read(new byte[0])).isZero();
            assertThat(stream.read(new byte[4], 2, 0)).isZero();
            assertThat(stream.skip(0)).isZero();
            assertThat(stream.skip(-1)).isLessThanOrEqualTo(0);
            assertThat(stream.readNBytes(0)).isEmpty();
        }
    }

    @Test
    void resetGivesBackWhatWasTakenSinceTheMark() throws IOException {
        InputStream stream = Guarded.inputStream(site, new ByteArrayInputStream(new byte[8]), 4);
        stream.skipNBytes(2);
        stream.mark(8);

        for (int round = 0; round < 3; round++) {
            assertThat(stream.readNBytes(2)).hasSize(2);
            assertThatThrownBy(stream::read).isInstanceOf(ByteLimitExceededException.class);
            stream.reset();
        }
        stream.close();
    }

    @Test
    void resetWithoutAMarkStartsOverWithTheWholeLimit() throws IOException {
        InputStream stream = Guarded.inputStream(site, new ByteArrayInputStream(new byte[4]), 4);
        stream.readAllBytes();

        stream.reset();

        assertThat(stream.readAllBytes()).hasSize(4);
        stream.close();
    }

    @Test
    void negativeLimitIsRefusedAndClosesTheStream() {
        AtomicBoolean closed = new AtomicBoolean();
        InputStream resource = new FilterInputStream(InputStream.nullInputStream()) {
            @Override
            public void close() {
                closed.set(true);
            }
        };

        assertThatThrownBy(() -> Guarded.inputStream(site, resource, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxBytes must not be negative: -1");

        assertThat(closed).isTrue();
        assertThat(site.stats().acquired()).isZero();
    }
}
