package io.watertight.diagnostics.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.diagnostics.internal.ReferenceChain.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dumps of made-up heaps: every answer is compared with that of a slow and simple model. */
class HeapGraphTest {
    static final ObjectSizes SIZES = new ObjectSizes(12, 16, 4, 8);

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"8, 30", "8, 7", "4, 30", "4, 6"})
    void chainsAreTheShortestAndLastingRootsComeFirst(int idSize, int segmentBits) throws IOException {
        for (long seed = 0; seed < 60; seed++) {
            MadeUpHeap heap = new MadeUpHeap(seed, idSize);
            Path file = Files.write(directory.resolve("heap.hprof"), heap.toBytes());
            try (HeapGraph graph = HeapGraph.open(file, SIZES, segmentBits)) {
                int[] objects =
                        LongStream.of(heap.ids).mapToInt(graph.index::indexOf).toArray();

                int[] lengths = graph.chains(objects).stream()
                        .mapToInt(HeapGraphTest::length)
                        .toArray();

                assertThat(lengths).as("seed %d", seed).containsExactly(heap.distances());
            }
        }
    }

    private static int length(@Nullable ReferenceChain chain) {
        return chain == null ? -1 : chain.steps().stream().mapToInt(Step::times).sum();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8})
    void chainsNameReferencesThatAreThere(int idSize) throws IOException {
        for (long seed = 0; seed < 50; seed++) {
            MadeUpHeap heap = new MadeUpHeap(seed, idSize);
            Path file = Files.write(directory.resolve("heap.hprof"), heap.toBytes());
            try (HeapGraph graph = HeapGraph.open(file, SIZES)) {
                int[] objects =
                        LongStream.of(heap.ids).mapToInt(graph.index::indexOf).toArray();

                for (ReferenceChain chain : graph.chains(objects)) {
                    assertThat(String.valueOf(chain))
                            .doesNotContain("(its class)")
                            .doesNotContain("referent");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8})
    void retainedBytesAreWhatCannotBeReachedWithoutTheObject(int idSize) throws IOException {
        for (long seed = 0; seed < 20; seed++) {
            MadeUpHeap heap = new MadeUpHeap(seed, idSize);
            Path file = Files.write(directory.resolve("heap.hprof"), heap.toBytes());
            try (HeapGraph graph = HeapGraph.open(file, SIZES)) {
                boolean[] isReached = heap.reachableWithout(-1);
                for (int object = 0; object < heap.size; object++) {
                    boolean[] without = heap.reachableWithout(object);
                    long expected = 0;
                    for (int i = 0; i < heap.size; i++) {
                        if (isReached[i] && !without[i]) {
                            expected += SIZES.of(graph, graph.index.indexOf(heap.ids[i]));
                        }
                    }

                    assertThat(graph.retainedBytes(graph.index.indexOf(heap.ids[object])))
                            .as("seed %d, object %d", seed, object)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void histogramCountsEveryObjectOnce() throws IOException {
        DumpBuilder dump = new DumpBuilder(8);
        long object = dump.type("java.lang.Object", 0, DumpBuilder.noStatics());
        long pair = dump.type("com.acme.Pair", object, DumpBuilder.noStatics(), "left", "right", "#hash");
        long array = dump.type("[[Lcom/acme/Pair;", object, DumpBuilder.noStatics());
        dump.instance(dump.reserve(), pair, 0L, 0L, 1);
        dump.instance(dump.reserve(), pair, 0L, 0L, 1);
        dump.array(dump.reserve(), array, List.of(0L, 0L, 0L));
        dump.bytes(dump.reserve(), new byte[10]);

        try (HeapGraph graph = HeapGraph.open(dump.writeTo(directory.resolve("x.hprof")), SIZES)) {
            assertThat(graph.histogram())
                    .containsExactly(
                            new ClassCount("com.acme.Pair", 2, 48),
                            new ClassCount("byte[]", 1, 32),
                            new ClassCount("com.acme.Pair[][]", 1, 32));
            assertThat(graph.instancesOf("com.acme.Pair")).hasSize(2);
            assertThat(graph.instancesOf("byte[]")).hasSize(1);
            assertThat(graph.instancesOf("com.acme.Pair[][]")).hasSize(1);
            assertThat(graph.instancesOf("java.lang.Object")).isEmpty();
        }
    }

    @Test
    void classOfALoaderThatCanGoIsShownWithWhoHoldsTheLoader() throws IOException {
        DumpBuilder dump = new DumpBuilder(8);
        long object = dump.type("java.lang.Object", 0, DumpBuilder.noStatics());
        long loaderType = dump.type("java.lang.ClassLoader", object, DumpBuilder.noStatics(), "classes", "name");
        long plugin = dump.type("com.acme.PluginLoader", loaderType, DumpBuilder.noStatics());
        long list = dump.type("[Ljava/lang/Object;", object, DumpBuilder.noStatics());
        long session = dump.reserve();
        long loader = dump.reserve();
        long classes = dump.reserve();
        long cache =
                dump.type(dump.reserve(), "com.acme.Cache", object, loader, List.of(Map.entry("INSTANCE", session)));
        dump.instance(loader, plugin, classes, 0L);
        dump.array(classes, list, List.of(0L, cache));
        dump.instance(session, dump.type(dump.reserve(), "com.acme.Session", object, loader, DumpBuilder.noStatics()));
        dump.root(RootKind.CLASS, dump.type("com.acme.Server", object, List.of(Map.entry("plugin", loader))), 0, 0);

        assertThat(chain(dump, session).toString().lines().map(String::strip))
                .containsExactly(
                        "static com.acme.Server.plugin = com.acme.PluginLoader",
                        "java.lang.ClassLoader.classes = java.lang.Object[2]",
                        "java.lang.Object[1] = class com.acme.Cache",
                        "static com.acme.Cache.INSTANCE = com.acme.Session",
                        "its class was loaded by com.acme.PluginLoader");
    }

    @Test
    void localVariableIsShownWithItsMethod() throws IOException {
        DumpBuilder dump = new DumpBuilder(8);
        long object = dump.type("java.lang.Object", 0, DumpBuilder.noStatics());
        dump.frame(77, "run", "Worker.java", 1, 12);
        dump.trace(5, 3, List.of(77L));
        long held = dump.reserve();
        dump.instance(held, object);
        dump.root(RootKind.THREAD, 0, 3, 5);
        dump.root(RootKind.JAVA_FRAME, held, 3, 0);

        assertThat(chain(dump, held).toString())
                .isEqualTo("local variable in java.lang.Object.run(Worker.java:12) = java.lang.Object");
    }

    @Test
    void objectThatOnlyItsFinalizerHoldsIsCalledSo() throws IOException {
        DumpBuilder dump = new DumpBuilder(4);
        long object = dump.type("java.lang.Object", 0, DumpBuilder.noStatics());
        long reference = dump.type("java.lang.ref.Reference", object, DumpBuilder.noStatics(), "referent");
        long finalReference = dump.type("java.lang.ref.FinalReference", reference, DumpBuilder.noStatics());
        long held = dump.reserve();
        long finalizer = dump.reserve();
        dump.instance(held, object);
        dump.instance(finalizer, finalReference, held);
        dump.root(RootKind.JNI_GLOBAL, finalizer, 0, 0);

        ReferenceChain chain = chain(dump, held);

        assertThat(chain.strength()).isEqualTo(ReferenceChain.Strength.FINALIZER);
        assertThat(chain.toString()).startsWith("only reachable for its finalizer");
    }

    @Test
    void referencesToWhatTheDumpDoesNotHaveAreNoReferences() throws IOException {
        DumpBuilder dump = new DumpBuilder(8);
        long object = dump.type("java.lang.Object", 0, DumpBuilder.noStatics());
        long array = dump.type("[Ljava/lang/Object;", object, DumpBuilder.noStatics());
        long held = dump.reserve();
        dump.array(held, array, List.of(1L, -1L, 0x6fff_fff0L, Long.MAX_VALUE, Long.MIN_VALUE));
        dump.root(RootKind.MONITOR, held, 0, 0);

        assertThat(chain(dump, held).steps()).isEmpty();
    }

    /** The file is sparse: it has 5 GB and takes a few pages of the disk. */
    @Test
    void dumpOfSeveralGigabytesIsReadInParts() throws IOException {
        DumpBuilder dump = new DumpBuilder(8);
        long object = dump.type("java.lang.Object", 0, DumpBuilder.noStatics());
        long pair = dump.type("com.acme.Pair", object, DumpBuilder.noStatics(), "left", "right");
        long first = dump.reserve();
        long last = dump.reserve();
        dump.instance(first, pair, 0L, last);
        dump.root(RootKind.MONITOR, first, 0, 0);
        Path path = directory.resolve("large.hprof");
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(dump.takeBytes()));
            for (int i = 0; i < 2; i++) {
                long bytes = 2_500_000_000L;
                ByteBuffer array = ByteBuffer.allocate(9 + 18)
                        .put((byte) HprofScan.HEAP_SEGMENT)
                        .putInt(0)
                        .putInt((int) (bytes + 18))
                        .put((byte) HprofScan.PRIMITIVE_ARRAY)
                        .putLong(dump.reserve())
                        .putInt(0)
                        .putInt((int) bytes)
                        .put((byte) 8)
                        .flip();
                file.write(array);
                file.position(file.position() + bytes);
            }
            dump.instance(last, pair, 0L, 0L);
            file.write(ByteBuffer.wrap(dump.toBytes()));
        }

        try (HeapGraph graph = HeapGraph.open(path, SIZES)) {
            assertThat(Files.size(path)).isGreaterThan(5_000_000_000L);
            assertThat(graph.chains(graph.index.indexOf(last)).toString())
                    .contains("com.acme.Pair.right = com.acme.Pair");
            assertThat(graph.histogram()).contains(new ClassCount("byte[]", 2, 5_000_000_032L));
        }
    }

    private ReferenceChain chain(DumpBuilder dump, long id) throws IOException {
        try (HeapGraph graph = HeapGraph.open(dump.writeTo(directory.resolve("one.hprof")), SIZES)) {
            ReferenceChain chain = graph.chains(graph.index.indexOf(id)).get(0);
            assertThat(chain).isNotNull();
            return chain;
        }
    }
}
