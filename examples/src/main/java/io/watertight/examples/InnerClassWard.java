package io.watertight.examples;

import io.watertight.guards.Evidence;
import io.watertight.guards.Guarded;
import io.watertight.guards.LeakDetectorBuilder;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** An inner object in a static list, and with it the outer object that nobody thinks of any more. */
final class InnerClassWard implements Ward {
    /** What is shown on some page of statistics. */
    private static final List<Supplier<String>> SHOWN = new CopyOnWriteArrayList<>();

    @Override
    public String pattern() {
        return "inner class keeps its outer object";
    }

    @Override
    public String story() {
        return "An import is forgotten with its file open, and a counter in a static list keeps it from the collector.";
    }

    @Override
    public String type() {
        return "import file";
    }

    /** The collector has nothing to prove: the import is in use, as far as it can see. */
    @Override
    public String evidence() {
        return Evidence.OVERDUE.name();
    }

    @Override
    public LeakDetectorBuilder settings(LeakDetectorBuilder detector, Duration limit) {
        return detector.overdueAfter(limit);
    }

    private static final class Import implements AutoCloseable {
        private final FileChannel file;
        private final String name;

        @SuppressWarnings("MustBeClosedChecker") // closed by close()
        Import(Room room, TempFile input) throws IOException {
            this.file = Guarded.fileChannel(room.here(), FileChannel.open(input.path()));
            this.name = input.path().toString();
        }

        /** Not static: it has a hidden field for its import, of which it needs only the name. */
        private final class InnerCounter implements Supplier<String> {
            @Override
            public String get() {
                return name + ": done";
            }
        }

        /** Takes along what it needs. */
        private static final class NestedCounter implements Supplier<String> {
            private final String name;

            NestedCounter(String name) {
                this.name = name;
            }

            @Override
            public String get() {
                return name + ": done";
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    @Override
    public void leak(Room room) throws IOException {
        TempFile input = room.afterwards(TempFile.of("tea 3.20"));
        room.afterwards(SHOWN::clear);
        see(room, importAndForget(room, input), input);
    }

    private static WeakReference<Import> importAndForget(Room room, TempFile input) throws IOException {
        Import started = new Import(room, input);
        SHOWN.add(started.new InnerCounter());
        return room.forgotten(started);
    }

    @Override
    public void fix(Room room) throws IOException {
        TempFile input = room.afterwards(TempFile.of("tea 3.20"));
        room.afterwards(SHOWN::clear);
        see(room, importAndClose(room, input), input);
    }

    private static WeakReference<Import> importAndClose(Room room, TempFile input) throws IOException {
        try (Import started = new Import(room, input)) {
            SHOWN.add(new Import.NestedCounter(started.name));
            return new WeakReference<>(started);
        }
    }

    private static void see(Room room, WeakReference<Import> forgotten, TempFile input) throws IOException {
        Patience.collect();
        boolean there = !forgotten.refersTo(null);
        room.see(there, "after a collection the import is " + (there ? "still there" : "gone"));
        long open = input.descriptors(room);
        room.see(open > 0, "descriptors open on its file: " + open);
    }
}
