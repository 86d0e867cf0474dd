package io.watertight.diagnostics.internal;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A dump of the live objects of this JVM in a private temporary directory, with some objects marked in it. Writing one stops
 * the JVM for about ten milliseconds for each megabyte that lives. Close it to delete the file, which holds all data of the process.
 *
 * <p>Not thread-safe.
 */
public final class HeapDump implements AutoCloseable {
    private final PrivateDirectory directory;
    private final Path file;
    private final long mark;
    private final int suspects;
    private @Nullable HeapGraph graph;

    private HeapDump(PrivateDirectory directory, long mark, int suspects) {
        this.directory = directory;
        this.file = directory.file();
        this.mark = mark;
        this.suspects = suspects;
    }

    /**
     * Writes a dump.
     *
     * @param suspects the objects to find again in it
     * @return the dump: close it to delete it
     * @throws IOException if it cannot be written, for want of space for instance
     * @throws UnsupportedOperationException if this JVM writes no heap dumps
     */
    public static HeapDump take(List<? extends Reference<?>> suspects) throws IOException {
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (jvm == null) {
            throw new UnsupportedOperationException("this JVM writes no heap dumps: it has no HotSpotDiagnosticMXBean");
        }
        long mark = ThreadLocalRandom.current().nextLong();
        HeapDump dump = new HeapDump(new PrivateDirectory("live.hprof"), mark, suspects.size());
        try {
            dump.checkSpace();
            dump.write(jvm, mark(suspects, mark));
        } catch (Throwable failure) {
            dump.close();
            throw failure;
        }
        return dump;
    }

    private void write(HotSpotDiagnosticMXBean jvm, Suspect[] marked) throws IOException {
        try {
            jvm.dumpHeap(file.toString(), true);
        } finally {
            Reference.reachabilityFence(marked);
        }
    }

    /** In a method of its own, so that no local variable of the dumping thread holds a suspect. */
    private static Suspect[] mark(List<? extends Reference<?>> suspects, long mark) {
        List<Suspect> marked = new ArrayList<>();
        for (int i = 0; i < suspects.size(); i++) {
            Object suspect = suspects.get(i).get();
            if (suspect != null) {
                marked.add(new Suspect(suspect, mark, i));
            }
        }
        return marked.toArray(new Suspect[0]);
    }

    private void checkSpace() throws IOException {
        long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long free = Files.getFileStore(Objects.requireNonNull(file.getParent())).getUsableSpace();
        if (free < used * 2) {
            throw new IOException("heap dump: not written, " + used + " bytes of heap are in use and the directory for"
                    + " temporary files has only " + free + " bytes left; set java.io.tmpdir to a larger one");
        }
    }

    Path file() {
        return file;
    }

    /**
     * Reads the dump, once.
     *
     * @return the graph; closed together with this dump
     * @throws IOException if the file cannot be read
     */
    public HeapGraph graph() throws IOException {
        HeapGraph opened = graph;
        if (opened == null) {
            opened = HeapGraph.open(file, ObjectSizes.ofThisJvm());
            graph = opened;
        }
        return opened;
    }

    /**
     * Finds the marked objects.
     *
     * @return for each suspect, in their order, its number in the graph; -1 if it was collected before the dump
     * @throws IOException if the file cannot be read
     */
    public int[] suspects() throws IOException {
        return Suspect.find(graph(), mark, suspects);
    }

    /**
     * Keeps the file: moves it to where it is not deleted. The graph is closed first.
     *
     * @param target the file to become; one that is there is replaced
     * @throws IOException if it cannot be moved
     */
    public void keep(Path target) throws IOException {
        closeGraph();
        Path parent = target.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.move(file, target, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        closeGraph();
        directory.close();
    }

    private void closeGraph() {
        if (graph != null) {
            graph.close();
            graph = null;
        }
    }
}
