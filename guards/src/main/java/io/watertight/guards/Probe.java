package io.watertight.guards;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Asks a type's {@code isStillOpen} probe, which is user code: only on the reporter's thread, and its failure is no. */
final class Probe {
    private Probe() {}

    @SuppressWarnings("unchecked") // the builder made the probe for the class that it checks here
    static boolean isStillOpen(@Nullable Typed probe, Object resource, Reporter reporter) {
        if (probe == null || !probe.type().isInstance(resource)) {
            return true;
        }
        try {
            return ((Predicate<Object>) probe.isStillOpen()).test(resource);
        } catch (Throwable failure) {
            reporter.libraryFailed("an isStillOpen probe threw; the resource counts as open", failure);
            return true;
        }
    }

    /** A probe and the class of resources it is for. */
    record Typed(Class<?> type, Predicate<?> isStillOpen) {}
}
