package io.watertight.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** One table: who is compared, doing what, and with whom. It is described by calls and then only read. */
final class Contest {
    /** Makes a contender, and brings it into the state in which it is measured. */
    interface Maker {
        Contender make() throws Exception;
    }

    /** A row. */
    record Entry(String label, Maker maker) {}

    /** What is measured for each operation. */
    enum Figure {
        WALL("wall", "wall ns/op"),
        CALLER("caller CPU", "caller CPU ns/op"),
        PROCESS("process CPU", "process CPU ns/op"),
        CALLER_BYTES("caller B", "caller B/op"),
        BYTES("process B", "process B/op");

        final String brief;
        final String head;

        Figure(String brief, String head) {
            this.brief = brief;
            this.head = head;
        }
    }

    private final String name;
    private final String title;
    private final List<Entry> entries = new ArrayList<>();
    private final List<String> peers = new ArrayList<>();
    private List<Figure> figures = List.of(Figure.values());
    private List<Figure> compared = List.of(Figure.WALL, Figure.PROCESS);

    Contest(String name, String title) {
        this.name = name;
        this.title = title;
    }

    Contest row(String label, Maker maker) {
        entries.add(new Entry(label, maker));
        return this;
    }

    /** A row that this JDK may not have. */
    Contest rowIf(BooleanSupplier possible, String label, Maker maker) {
        return possible.getAsBoolean() ? row(label, maker) : this;
    }

    /** A row that the others are divided by. */
    Contest peer(String label, Maker maker) {
        peers.add(label);
        return row(label, maker);
    }

    /** A row that the others are divided by, where this JDK has it. */
    Contest peerIf(BooleanSupplier possible, String label, Maker maker) {
        return possible.getAsBoolean() ? peer(label, maker) : this;
    }

    /** What has columns; by default all figures. */
    Contest measures(Figure... chosen) {
        figures = List.of(chosen);
        return this;
    }

    /** Which figures are divided by those of the peers. */
    Contest compares(Figure... chosen) {
        compared = List.of(chosen);
        return this;
    }

    String name() {
        return name;
    }

    String title() {
        return title;
    }

    List<Entry> entries() {
        return entries;
    }

    List<String> peers() {
        return peers;
    }

    List<Figure> figures() {
        return figures;
    }

    List<Figure> compared() {
        return compared;
    }

    Contender make(String label) throws Exception {
        for (Entry entry : entries) {
            if (entry.label.equals(label)) {
                return entry.maker.make();
            }
        }
        throw new IllegalArgumentException("no row '" + label + "' in '" + name + "'");
    }
}
