package io.watertight.diagnostics.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the collector starts from. */
final class HeapRoots {
    private static final String APPLICATION = "jdk.internal.loader.ClassLoaders$AppClassLoader";
    private static final String PLATFORM = "jdk.internal.loader.ClassLoaders$PlatformClassLoader";

    private final List<Root> roots = new ArrayList<>();
    private final LongTable threads = new LongTable();
    private final LongTable traces = new LongTable();
    private final StackFrames frames;

    HeapRoots(HprofFile file) {
        this.frames = new StackFrames(file);
    }

    /** One root; the serial and the frame are 0 and -1 where the kind has none. */
    record Root(RootKind kind, long id, int threadSerial, int frame) {}

    StackFrames frames() {
        return frames;
    }

    void add(RootKind kind, long id, int threadSerial, int frameOrTrace) {
        roots.add(new Root(kind, id, threadSerial, frameOrTrace));
        if (kind == RootKind.THREAD) {
            threads.put(threadSerial, id);
            traces.put(threadSerial, frameOrTrace);
        }
    }

    /** Classes of the loaders that live as long as the JVM never go away, whatever it is that holds them. */
    void addPermanentClasses(HeapGraph graph) throws HprofException {
        for (ClassRecord type : graph.classes.all()) {
            if (type.loaderId != 0 && isPermanent(graph, type) && !type.isHidden()) {
                roots.add(new Root(RootKind.CLASS, type.id, 0, -1));
            }
        }
        // by name, so that of two chains of the same length every dump of a program shows the same
        roots.sort(Comparator.comparing(Root::kind).thenComparing(root -> className(graph, root)));
    }

    private static String className(HeapGraph graph, Root root) {
        ClassRecord type = root.kind() == RootKind.CLASS ? graph.classes.find(root.id()) : null;
        return type == null ? "" : type.name;
    }

    static boolean isPermanent(HeapGraph graph, ClassRecord type) throws HprofException {
        if (type.loaderId == 0) {
            return true;
        }
        int loader = graph.index.indexOf(type.loaderId);
        if (loader < 0) {
            return false;
        }
        String name = graph.typeName(loader);
        return name.equals(APPLICATION) || name.equals(PLATFORM);
    }

    List<Root> all() {
        return roots;
    }

    /** The object of the thread with a serial, or -1. */
    int thread(HeapGraph graph, int serial) {
        long id = threads.get(serial, 0);
        return id == 0 ? -1 : graph.index.indexOf(id);
    }

    /** The method that has a local variable, or null. */
    @Nullable
    String method(HeapGraph graph, Root root) throws HprofException {
        long trace = traces.get(root.threadSerial(), -1);
        return trace < 0 || root.frame() < 0 ? null : frames.text(graph.classes, trace, root.frame());
    }
}
