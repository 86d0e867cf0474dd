package io.watertight.caches;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts shapes in a bounded table, by the space-saving algorithm (Metwally, Agrawal, El Abbadi: Efficient Computation of
 * Frequent and Top-k Elements in Data Streams, 2005): a shape for which there is no slot takes over the slot with the smallest
 * count, and that count with it.
 *
 * <p>So with {@code n} keys counted and {@code s} slots, the count of a shape in the table is never too low, and too high by at
 * most its {@code error}, which is at most {@code n / s}; every shape with more than {@code n / s} keys is in the table; and
 * as long as there are no more shapes than slots, all is exact. What a shape gained in a window counts from when it took its
 * slot, so it is never too high, and too low by at most the same error.
 *
 * <p>Not thread-safe.
 */
final class ShapeSketch {
    private final int slots;
    private final Map<String, Slot> byShape;
    private long total;
    private long overflows;

    /** An empty table. */
    ShapeSketch(int slots) {
        this.slots = slots;
        this.byShape = new HashMap<>(slots * 4 / 3 + 1);
    }

    /** The counts of one shape. */
    private static final class Slot {
        String shape;
        long total;
        long error;
        long totalAtStart;
        long removed;
        long addedBefore;
        long removedBefore;

        Slot(String shape) {
            this.shape = shape;
        }

        long added() {
            return total - totalAtStart;
        }

        long net() {
            return added() - removed;
        }
    }

    /** Counts keys that came. */
    void added(String shape, int weight) {
        total += weight;
        Slot slot = byShape.get(shape);
        if (slot == null) {
            slot = byShape.size() < slots ? new Slot(shape) : takeOver(shape);
            byShape.put(shape, slot);
        }
        slot.total += weight;
    }

    private Slot takeOver(String shape) {
        Slot smallest = null;
        for (Slot slot : byShape.values()) {
            if (smallest == null || slot.total < smallest.total) {
                smallest = slot;
            }
        }
        if (smallest == null) {
            throw new AssertionError("a table has slots");
        }
        byShape.remove(smallest.shape);
        overflows++;
        Slot slot = new Slot(shape);
        slot.total = smallest.total;
        slot.error = smallest.total;
        slot.totalAtStart = smallest.total;
        return slot;
    }

    /** Counts keys that went, if their shape is in the table. */
    void removed(String shape, int weight) {
        Slot slot = byShape.get(shape);
        if (slot != null) {
            slot.removed += weight;
        }
    }

    /** Ends a window, and begins the next. */
    void roll() {
        for (Slot slot : byShape.values()) {
            slot.addedBefore = slot.added();
            slot.removedBefore = slot.removed;
            slot.totalAtStart = slot.total;
            slot.removed = 0;
        }
    }

    /** How often a shape had to make room for another. */
    long overflows() {
        return overflows;
    }

    long total() {
        return total;
    }

    /** All shapes in the table, those first that gained most. */
    List<ShapeGrowth> growth() {
        List<ShapeGrowth> all = new ArrayList<>(byShape.size());
        for (Slot slot : byShape.values()) {
            all.add(growth(slot));
        }
        all.sort(Comparator.comparingLong(ShapeGrowth::net)
                .thenComparingLong(ShapeGrowth::total)
                .reversed());
        return List.copyOf(all);
    }

    private ShapeGrowth growth(Slot slot) {
        return new ShapeGrowth(
                slot.shape,
                slot.total,
                slot.error,
                (double) slot.total / total,
                slot.added(),
                slot.removed,
                slot.addedBefore,
                slot.removedBefore);
    }

    /** The shape that gained most in this window; null if none gained. */
    @Nullable
    ShapeGrowth fastest() {
        Slot most = most(byShape.values());
        return most == null ? null : growth(most);
    }

    private static @Nullable Slot most(Collection<Slot> all) {
        Slot most = null;
        for (Slot slot : all) {
            if (slot.net() > 0 && (most == null || slot.net() > most.net())) {
                most = slot;
            }
        }
        return most;
    }

    /** What all shapes together gained in this window, those that lost not counted. */
    long gained() {
        long sum = 0;
        for (Slot slot : byShape.values()) {
            sum += Math.max(0, slot.net());
        }
        return sum;
    }

    /** The median of what the others gained in this window, at least zero; negative if there are no others. */
    long medianOfOthers(String shape) {
        long[] nets = byShape.values().stream()
                .filter(slot -> !slot.shape.equals(shape))
                .mapToLong(slot -> Math.max(0, slot.net()))
                .toArray();
        Arrays.sort(nets);
        return nets.length == 0 ? -1 : nets[nets.length / 2];
    }
}
