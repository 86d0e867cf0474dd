package io.watertight.diagnostics.internal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who holds an object: the references from a root of the heap to it, with the inner parts of collections folded into one step.
 *
 * @param strength how it is held
 * @param root what the collector starts from
 * @param origin the root in words; empty if the first step, a static field, says it all
 * @param thread the name of the thread, if the root belongs to one
 * @param steps the references in order; the last one holds the object
 * @param loader the class loader of the object's class in words; empty if it is one that lives as long as the JVM
 */
public record ReferenceChain(
        Strength strength,
        RootKind root,
        String origin,
        @Nullable String thread,
        List<Step> steps,
        String loader) {
    private static final int MOST_LINES = 40;

    /** How an object is held. */
    public enum Strength {
        /** It will not be collected. */
        STRONG,
        /** It stays until memory runs short. */
        SOFT,
        /** It has a finalizer that has not run yet. */
        FINALIZER
    }

    /**
     * Copies the steps.
     *
     * @param strength how it is held
     * @param root what the collector starts from
     * @param origin the root in words
     * @param thread the name of the thread
     * @param steps the references in order
     * @param loader the class loader of the object's class in words
     */
    public ReferenceChain {
        steps = List.copyOf(steps);
    }

    /**
     * One reference, or the few inside one collection, or many of the same kind in a row.
     *
     * @param holder the class that declares the field, or that of the collection or array
     * @param label {@code .field}, {@code [3]} or {@code ["key"]}
     * @param inside the fields inside a collection, as {@code table[17].val}; else empty
     * @param held the class of the object referred to
     * @param isStatic whether the field is static
     * @param times how often the step is repeated
     */
    public record Step(String holder, String label, String inside, String held, boolean isStatic, int times) {
        @Override
        public String toString() {
            return (isStatic ? "static " : "")
                    + holder
                    + label
                    + (inside.isEmpty() ? "" : " (" + inside + ")")
                    + " = "
                    + held
                    + (times == 1 ? "" : " (" + times + " times in a row)");
        }

        boolean repeats(Step other) {
            return holder.equals(other.holder)
                    && label.equals(other.label)
                    && inside.equals(other.inside)
                    && held.equals(other.held)
                    && isStatic == other.isStatic;
        }
    }

    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        switch (strength) {
            case SOFT -> lines.add("only softly reachable: it stays until memory runs short");
            case FINALIZER -> lines.add("only reachable for its finalizer, which has not run yet");
            case STRONG -> {}
        }
        if (!origin.isEmpty()) {
            lines.add(origin);
        }
        for (int i = 0; i < steps.size(); i++) {
            if (steps.size() > MOST_LINES && i == MOST_LINES / 2) {
                i = steps.size() - MOST_LINES / 2;
                lines.add("... " + (steps.size() - MOST_LINES) + " more steps");
            }
            lines.add(steps.get(i).toString());
        }
        if (!loader.isEmpty()) {
            lines.add("its class was loaded by " + loader);
        }
        return String.join(System.lineSeparator() + "  ", lines);
    }
}
