package io.watertight.guards;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A thread-local value that lasts for one block, and so does not stay behind on a pooled thread.
 *
 * <p>{@link #bind} returns a guard: closing it brings back the value before. Bindings nest. A guard that is closed on
 * another thread lets go of the value at once all the same. A guard that is dropped is reported.
 *
 * @param <T> the value
 */
public final class BoundThreadLocal<T> {
    @SuppressWarnings("ThreadLocalUsage") // one for each instance, as a ThreadLocal; unbinding removes the entry
    private final ThreadLocal<Binding<T>> current = new ThreadLocal<>();

    private final Tracker tracker;

    /**
     * Makes a thread-local that has no value.
     *
     * @param tracker where bindings are counted
     */
    public BoundThreadLocal(Tracker tracker) {
        this.tracker = Objects.requireNonNull(tracker, "tracker");
    }

    private static final class Binding<T> {
        /** Only read and written by the bound thread. */
        @Nullable
        Binding<T> outer;

        /** Null once unbound; volatile because any thread may unbind. */
        volatile @Nullable T value;

        Binding(T value, @Nullable Binding<T> outer) {
            this.value = value;
            this.outer = outer;
        }
    }

    /**
     * Gives the calling thread a value until the guard is closed.
     *
     * @param value the value
     * @return the binding
     */
    @MustBeClosed
    public Guard<T> bind(T value) {
        Objects.requireNonNull(value, "value");
        Binding<T> binding = new Binding<>(value, innermost());
        current.set(binding);
        return tracker.open(value, unbound -> unbind(binding));
    }

    /**
     * Returns the calling thread's value.
     *
     * @return the value bound innermost; null if there is none
     */
    public @Nullable T get() {
        Binding<T> binding = current.get();
        if (binding != null && binding.value == null) {
            binding = innermost();
        }
        return binding == null ? null : binding.value;
    }

    private void unbind(Binding<T> binding) {
        binding.value = null;
        innermost();
    }

    /** The innermost binding that is still bound; takes all that are not out of the calling thread's chain. */
    private @Nullable Binding<T> innermost() {
        Binding<T> first = stillBound(current.get());
        if (first == null) {
            current.remove();
            return null;
        }
        current.set(first);
        for (Binding<T> binding = first; binding != null; binding = binding.outer) {
            binding.outer = stillBound(binding.outer);
        }
        return first;
    }

    private static <T> @Nullable Binding<T> stillBound(@Nullable Binding<T> binding) {
        Binding<T> bound = binding;
        while (bound != null && bound.value == null) {
            bound = bound.outer;
        }
        return bound;
    }
}
