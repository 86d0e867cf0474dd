package io.watertight.diagnostics.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.diagnostics.internal.ReferenceChain.Step;
import java.io.File;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shark.HeapAnalysis;
import shark.HeapAnalysisSuccess;
import shark.HeapAnalyzer;
import shark.HeapField;
import shark.HeapObject.HeapInstance;
import shark.IgnoredReferenceMatcher;
import shark.Leak;
import shark.LeakTrace;
import shark.LeakTraceReference;
import shark.LeakTraceReference.ReferenceType;
import shark.MetadataExtractor;
import shark.ObjectInspector;
import shark.ReferenceMatcher;
import shark.ReferencePattern.InstanceFieldPattern;

/** One dump of objects that are held in many ways, read by us and by LeakCanary's reader: both must find the same holders. */
@Tag("gc")
@SuppressWarnings("unused") // the static fields are read in the dump
class SharkComparisonTest {
    private static final Map<String, Object> SHAPES = new HashMap<>();
    private static final Map<Object, Object> WEAK_KEYS = new WeakHashMap<>();
    private static final List<Object> KEYS = new ArrayList<>();
    private static @Nullable Object plain;
    private static @Nullable Object shape1;
    private static @Nullable Object shape2;
    private static @Nullable Object shape3;
    private static @Nullable Object shape4;
    private static @Nullable Object shape5;
    private static @Nullable Object shape6;
    private static @Nullable Object shape7;
    private static @Nullable Object shape8;
    private static @Nullable Object shape9;
    private static @Nullable Object shape10;
    private static @Nullable Object shape11;
    private static @Nullable Object shape12;
    private static @Nullable Object shape13;
    private static @Nullable Object shape14;
    private static @Nullable Object shape15;
    private static @Nullable Object shape16;
    private static @Nullable Object shape17;
    private static @Nullable Object shape18;
    private static @Nullable Object shape19;

    private static final ThreadLocal<Object> LOCAL = new ThreadLocal<>();

    /** What is looked for. */
    static class Held {
        final int number;

        Held(int number) {
            this.number = number;
        }
    }

    static class Box {
        @Nullable
        Object content;

        Box(@Nullable Object content) {
            this.content = content;
        }
    }

    static class LargeBox extends Box {
        @Nullable
        Object more;

        LargeBox(@Nullable Object content, @Nullable Object more) {
            super(content);
            this.more = more;
        }
    }

    static final class OwnThread extends Thread {
        private final CountDownLatch started = new CountDownLatch(1);
        private final CountDownLatch end = new CountDownLatch(1);

        @Nullable
        Object cargo;

        @Override
        public void run() {
            started.countDown();
            try {
                end.await();
            } catch (InterruptedException stop) {
                interrupt();
            }
        }
    }

    /** The one collection here that Shark does not fold into a step. */
    private static final String UNFOLDED_WEAK_MAP =
            "java.util.WeakHashMap.table > java.util.WeakHashMap$Entry[] > java.util.WeakHashMap$Entry.value";

    private final OwnThread thread = new OwnThread();

    @AfterEach
    void letGo() throws ReflectiveOperationException, InterruptedException {
        thread.end.countDown();
        thread.join();
        for (var field : SharkComparisonTest.class.getDeclaredFields()) {
            if (field.getName().startsWith("shape") || field.getName().equals("plain")) {
                field.set(null, null);
            }
        }
        SHAPES.clear();
        WEAK_KEYS.clear();
        KEYS.clear();
        LOCAL.remove();
    }

    /** In a method of its own: its local variables are gone when the dump is taken. */
    private List<WeakReference<Held>> hold() {
        List<Held> held = new ArrayList<>();
        List<WeakReference<Held>> references = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            held.add(new Held(i));
            references.add(new WeakReference<>(held.get(i)));
        }
        plain = held.get(0);
        shape1 = new Box(held.get(1));
        shape2 = new Object[] {null, "x", held.get(2)};
        shape3 = new Object[][] {{}, {null, held.get(3)}};
        shape4 = new HashMap<>(Map.of("user:42", held.get(4)));
        shape5 = new ConcurrentHashMap<>(Map.of("key", held.get(5), "other", "x"));
        shape6 = new LinkedHashMap<>(Map.of("key", held.get(6)));
        shape7 = new HashSet<>(Set.of(held.get(7)));
        shape8 = new ArrayList<>(List.of("a", "b", held.get(8)));
        shape9 = linkedList(held.get(9));
        shape10 = new CopyOnWriteArrayList<>(List.of("a", held.get(10)));
        shape11 = boxes(12, held.get(11));
        shape12 = new LargeBox(boxes(5, held.get(12)), new Box(held.get(12)));
        shape13 = new LargeBox(held.get(13), null);
        shape14 = new LargeBox(null, held.get(14));
        shape15 = capture(held.get(15));
        shape16 = new AtomicReference<>(held.get(16));
        shape17 = new Box(new HashMap<>(Map.of("list", new ArrayList<>(List.of(new Box(held.get(17)))))));
        shape18 = new LargeBox(new WeakReference<>(held.get(18)), boxes(6, held.get(18)));
        Object key = new Object();
        KEYS.add(key);
        WEAK_KEYS.put(key, held.get(19));
        thread.cargo = held.get(20);
        SHAPES.put("nested", new HashMap<>(Map.of("inner", new Box(held.get(21)))));
        shape19 = new Box(new Box(new Object[] {new Box(held.get(22))}));
        return references;
    }

    @SuppressWarnings("JdkObsolete") // its nodes are the point
    private static List<Object> linkedList(Object last) {
        List<Object> list = new LinkedList<>(List.of("a", "b"));
        list.add(last);
        return list;
    }

    private static Object boxes(int count, Object content) {
        Object box = content;
        for (int i = 0; i < count; i++) {
            box = new Box(box);
        }
        return box;
    }

    private static Runnable capture(Held held) {
        return () -> assertThat(held).isNotNull();
    }

    @Test
    void bothReadersFindTheSameHoldersByPathsOfTheSameLength(@TempDir Path directory) throws Exception {
        thread.start();
        thread.started.await();
        List<WeakReference<Held>> references = hold();
        Path file = directory.resolve("shapes.hprof");
        List<@Nullable ReferenceChain> ours;
        try (HeapDump dump = HeapDump.take(references)) {
            ours = dump.graph().chains(dump.suspects());
            dump.keep(file);
        }

        Map<Integer, LeakTrace> theirs = shark(file.toFile());

        assertThat(theirs).hasSize(references.size());
        for (int i = 0; i < references.size(); i++) {
            ReferenceChain chain = Objects.requireNonNull(ours.get(i));
            List<String> expected = path(theirs.get(i));
            assertThat(path(chain))
                    .as("shape %d: %s%n%s", i, chain, theirs.get(i))
                    .isEqualTo(expected);
        }
    }

    /** The path from the last static field, or from the thread, as class and field of each step. */
    private static List<String> path(LeakTrace trace) {
        List<String> path = new ArrayList<>();
        for (LeakTraceReference reference : trace.getReferencePath()) {
            if (reference.getReferenceType() == ReferenceType.STATIC_FIELD) {
                path.clear();
            }
            String owner = reference.getOwningClassName();
            boolean isField = reference.getReferenceType() != ReferenceType.ARRAY_ENTRY;
            path.add(HiddenNames.stable(owner).replace("[]", "")
                    + (isField ? "." + reference.getReferenceName() : "[]"));
        }
        String joined = String.join(" > ", path).replace(UNFOLDED_WEAK_MAP, "java.util.WeakHashMap[]");
        return List.of(joined.split(" > ", -1));
    }

    private static List<String> path(ReferenceChain chain) {
        List<String> path = new ArrayList<>();
        for (Step step : chain.steps()) {
            for (int i = 0; i < step.times(); i++) {
                path.add(step.holder().replace("[]", "") + step.label().replaceAll("\\[.*", "[]"));
            }
        }
        return path;
    }

    @SuppressWarnings("deprecation") // it opens and closes the file by itself
    private static Map<Integer, LeakTrace> shark(File file) {
        List<ReferenceMatcher> ignored = new ArrayList<>();
        for (String type : List.of("Weak", "Soft", "Phantom", "Final")) {
            String name = "java.lang.ref." + type + "Reference";
            ignored.add(new IgnoredReferenceMatcher(new InstanceFieldPattern(name, "referent")));
        }
        ObjectInspector numbers = reporter -> {
            if (reporter.getHeapObject() instanceof HeapInstance instance) {
                HeapField number = instance.get(Held.class.getName(), "number");
                if (number != null) {
                    reporter.getLabels().add("number=" + number.getValue().getAsInt());
                }
            }
        };
        HeapAnalysis analysis = new HeapAnalyzer(step -> {})
                .analyze(
                        file,
                        SharkComparisonTest::held,
                        ignored,
                        false,
                        List.of(numbers),
                        MetadataExtractor.Companion.getNO_OP(),
                        null);
        assertThat(analysis).as(analysis.toString()).isInstanceOf(HeapAnalysisSuccess.class);
        Map<Integer, LeakTrace> traces = new HashMap<>();
        Iterator<Leak> leaks = ((HeapAnalysisSuccess) analysis).getAllLeaks().iterator();
        leaks.forEachRemaining(leak -> leak.getLeakTraces().forEach(trace -> traces.put(number(trace), trace)));
        return traces;
    }

    private static Set<Long> held(shark.HeapGraph graph) {
        Set<Long> ids = new HashSet<>();
        Objects.requireNonNull(graph.findClassByName(Held.class.getName()))
                .getInstances()
                .iterator()
                .forEachRemaining(instance -> ids.add(instance.getObjectId()));
        return ids;
    }

    private static int number(LeakTrace trace) {
        return trace.getLeakingObject().getLabels().stream()
                .filter(label -> label.startsWith("number="))
                .mapToInt(label -> Integer.parseInt(label.substring("number=".length())))
                .findFirst()
                .orElseThrow();
    }
}
