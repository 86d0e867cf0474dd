package io.watertight.diagnostics.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that were cut off or have wrong bytes: a clear exception or an answer, and never anything else. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HprofDamageTest {
    @TempDir
    Path directory;

    /** Asks for everything the graph can answer. */
    private static void askAll(Path file) throws IOException {
        try (HeapGraph graph = HeapGraph.open(file, HeapGraphTest.SIZES, 12)) {
            int[] all = IntStream.range(0, graph.size()).toArray();
            assertThat(String.valueOf(graph.chains(all))).isNotEmpty();
            graph.histogram();
            HolderGroup.of(graph, all);
            graph.instancesOf("com.acme.Node");
            for (int i = 0; i < graph.size(); i += 7) {
                graph.retainedBytes(i);
            }
        }
    }

    private static byte[] valid(int idSize) {
        return new MadeUpHeap(5, idSize).toBytes();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8})
    void dumpThatIsCutOffAnywhereIsRefused(int idSize) throws IOException {
        byte[] valid = valid(idSize);
        Path file = directory.resolve("cut.hprof");

        Random random = new Random(idSize);
        for (int length = 0; length < valid.length; length += 1 + random.nextInt(8)) {
            Files.write(file, Arrays.copyOf(valid, length));
            int cut = length;
            assertThatThrownBy(() -> askAll(file))
                    .as("cut at %d of %d", cut, valid.length)
                    .isInstanceOf(HprofException.class)
                    .hasMessageStartingWith("heap dump 'cut.hprof': ");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8})
    void dumpWithWrongBytesIsReadOrRefusedInAnOrderlyWay(int idSize) throws IOException {
        byte[] valid = valid(idSize);
        Random random = new Random(42);
        Path file = directory.resolve("wrong.hprof");
        int refused = 0;

        for (int i = 0; i < 1_000; i++) {
            byte[] wrong = valid.clone();
            for (int k = random.nextInt(3); k >= 0; k--) {
                int at = random.nextInt(wrong.length);
                wrong[at] =
                        random.nextBoolean() ? (byte) random.nextInt(256) : (byte) (wrong[at] ^ 1 << random.nextInt(8));
            }
            Files.write(file, wrong);
            try {
                askAll(file);
            } catch (HprofException orderly) {
                refused++;
                assertThat(orderly).hasMessageStartingWith("heap dump 'wrong.hprof': ");
            }
        }

        assertThat(refused).isBetween(100, 950);
    }

    @Test
    void textAndEmptyFilesAreNoDumps() throws IOException {
        for (String content :
                List.of("", "JAVA PROFILE", "JAVA PROFILE 1.0.2", "JAVA PROFILE 1.0.2\0", "hello, world")) {
            Path file = Files.writeString(directory.resolve("text.hprof"), content, StandardCharsets.US_ASCII);

            assertThatThrownBy(() -> askAll(file)).as(content).isInstanceOf(HprofException.class);
        }
    }

    @Test
    void messageNamesTheFileThePlaceAndWhatToDo() throws IOException {
        byte[] valid = valid(8);
        Path file = Files.write(directory.resolve("cut.hprof"), Arrays.copyOf(valid, valid.length / 2));

        assertThatThrownBy(() -> askAll(file))
                .hasMessageMatching(
                        "heap dump 'cut\\.hprof': at byte \\d+ the dump says \\d+ bytes follow, but it has only "
                                + valid.length / 2 + "; .*take a new dump");
    }

    @Test
    void classThatIsItsOwnSuperclassIsRefused() throws IOException {
        DumpBuilder dump = new DumpBuilder(8);
        long own = dump.reserve();
        dump.type(own, "com.acme.Ouroboros", own, 0, DumpBuilder.noStatics());
        Path file = dump.writeTo(directory.resolve("loop.hprof"));

        assertThatThrownBy(() -> askAll(file))
                .isInstanceOf(HprofException.class)
                .hasMessageContaining("com.acme.Ouroboros is its own superclass");
    }

    @Test
    void sizeThatPromisesMoreThanTheFileHasCostsNoMemory() throws IOException {
        byte[] valid = valid(8);
        Path file = directory.resolve("huge.hprof");
        for (int at = 30; at + 4 < valid.length; at += 11) {
            byte[] wrong = valid.clone();
            ByteBuffer.wrap(wrong).putInt(at, Integer.MAX_VALUE);
            Files.write(file, wrong);
            try {
                askAll(file);
            } catch (HprofException orderly) {
                assertThat(orderly).hasMessageContaining("huge.hprof");
            }
        }
    }

    @Test
    void realDumpThatIsCutOffIsRefused() throws IOException {
        Path file = directory.resolve("real.hprof");
        try (HeapDump dump = HeapDump.take(List.of())) {
            dump.keep(file);
        }
        Random random = new Random(7);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            while (channel.size() > 100) {
                channel.truncate(channel.size() - 1 - random.nextInt((int) channel.size() / 3));
                assertThatThrownBy(
                                () -> HeapGraph.open(file, HeapGraphTest.SIZES).close())
                        .isInstanceOf(HprofException.class)
                        .hasMessageContaining("real.hprof");
            }
        }
    }
}
