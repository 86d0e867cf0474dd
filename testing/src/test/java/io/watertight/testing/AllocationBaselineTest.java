package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllocationBaselineTest {
    private static final ObjectLayout COMPRESSED = new ObjectLayout(4, 12, 8);
    private static final ObjectLayout WIDE = new ObjectLayout(8, 12, 8);

    static volatile Object sink;

    @TempDir
    Path directory;

    private Path file;
    private AllocationBaseline writing;
    private AllocationBaseline comparing;

    @BeforeEach
    void makeBaselines() {
        file = directory.resolve("src/allocations.baseline");
        writing = AllocationBaseline.at(file, true);
        comparing = AllocationBaseline.at(file, false);
    }

    @Test
    void fileIsSortedAndStable() throws IOException {
        writing.checkAll(Map.of("b.two", 24.0, "a one", 0.256), COMPRESSED);
        writing.checkAll(Map.of("b.two", 32.0), WIDE);
        String once = Files.readString(file);

        writing.checkAll(Map.of("b.two", 24.0), COMPRESSED);

        assertThat(file).hasContent(once);
        assertThat(once.lines().filter(line -> !line.startsWith("#")))
                .containsExactly(
                        "a one\tref4-header12\t0.256\t0.01",
                        "b.two\tref4-header12\t24\t0.01",
                        "b.two\tref8-header12\t32\t0.01");
    }

    @Test
    void writingKeepsOtherLinesTolerancesAndComments() throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "# mine\nold\tref4-header12\t16\t0.5\n# of b\nb\tref8-header12\t8\t0.01\n# last\n");

        writing.checkAll(Map.of("old", 20.0, "a", 1.0), COMPRESSED);

        assertThat(Files.readString(file).lines().skip(2))
                .containsExactly(
                        "a\tref4-header12\t1\t0.01",
                        "# of b",
                        "b\tref8-header12\t8\t0.01",
                        "# mine",
                        "old\tref4-header12\t20\t0.5",
                        "# last");
    }

    @Test
    void fileThatGetsShorterHasNoRest() throws IOException {
        writing.checkAll(Map.of("name", 1_000_000.0), COMPRESSED);

        writing.checkAll(Map.of("name", 1.0), COMPRESSED);

        assertThat(Files.readString(file)).endsWith("name\tref4-header12\t1\t0.01\n");
    }

    @Test
    void moreFailsWithBothAmounts() {
        writing.checkAll(Map.of("same", 24.0, "worse", 24.0), COMPRESSED);

        assertThatThrownBy(() -> comparing.checkAll(Map.of("same", 24.009, "worse", 40.0), COMPRESSED))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("1 of 2 differ")
                .hasMessageContaining("  name   layout         baseline  now  change  verdict")
                .hasMessageContaining("  worse  ref4-header12  24        40   +16     MORE")
                .hasMessageContaining("-Dwatertight.allocations.write=true");
    }

    @Test
    void missingNameOrLayoutFailsAndSaysWhatToDo() {
        writing.checkAll(Map.of("known", 24.0), COMPRESSED);

        assertThatThrownBy(() -> comparing.checkAll(Map.of("known", 32.0), WIDE))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ref8-header12  -         32   -       MISSING")
                .hasMessageContaining("-Dwatertight.allocations.write=true and commit the file");
    }

    @Test
    void lessPassesAndIsSaid() {
        writing.checkAll(Map.of("better", 24.0), COMPRESSED);

        assertThatCode(() -> comparing.checkAll(Map.of("better", 16.0), COMPRESSED))
                .doesNotThrowAnyException();
        assertThat(comparing.compare(Map.of("better", 16.0), COMPRESSED))
                .extracting(AllocationDifference::verdict)
                .containsExactly(AllocationDifference.Verdict.LESS);
    }

    @Test
    void operationIsMeasuredAndLinesAreNamed() {
        writing.check("array", () -> sink = new byte[100]);
        comparing.check("array", () -> sink = new byte[100]);

        assertThatThrownBy(() -> comparing.check("array", () -> sink = new byte[200]))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("MORE")
                .hasMessageContaining("byte[] at " + AllocationBaselineTest.class.getName());
    }

    @Test
    void amountThatIsNoneIsNotWritten() {
        List<Object> kept = new ArrayList<>();

        assertThatThrownBy(() -> writing.check("growing", () -> kept.add("")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no amount to remember");
        assertThat(file).doesNotExist();
    }

    @Test
    void concurrentWritersLoseNothing() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String name = "name" + i;
                writers.add(
                        threads.submit(() -> AllocationBaseline.at(file, true).checkAll(Map.of(name, 1.0), WIDE)));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        } finally {
            threads.shutdown();
        }

        assertThat(Files.readString(file).lines().filter(line -> line.startsWith("name")))
                .hasSize(100);
    }

    @Test
    void brokenLinesAreNamed() throws IOException {
        Files.createDirectories(file.getParent());
        for (String line :
                List.of("<<<<<<< HEAD", "a\tb\tc\t0.1", "a\tb\t-1\t0.1", "a\tb\t1", "x\ty\t1\t1\nx\ty\t1\t1")) {
            Files.writeString(file, "# comment\n" + line + "\n");

            assertThatExceptionOfType(IllegalArgumentException.class)
                    .as(line)
                    .isThrownBy(() -> comparing.checkAll(Map.of("a", 1.0), WIDE))
                    .withMessageContaining(file.toString())
                    .withMessageContaining("line " + (1 + line.lines().count()));
        }
    }

    @Test
    void namesThatWouldBreakTheFileAreRefused() {
        for (String name : List.of("", " ", "a\tb", "a\nb", "#a")) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .as("'%s'", name)
                    .isThrownBy(() -> writing.checkAll(Map.of(name, 1.0), WIDE));
        }
    }
}
