package io.watertight.guards;

import org.jspecify.annotations.Nullable;

/** What happens when a resource was handed over and tracking it failed: it is released, and the failure goes on. */
final class FailedOpen {
    private FailedOpen() {}

    static NullPointerException nullArgument(@Nullable Object resource) {
        return new NullPointerException((resource == null ? "resource" : "action") + " must not be null");
    }

    /**
     * Runs the cleanup if there is one, and throws the failure.
     *
     * @return nothing; declared so that callers can write {@code throw}
     */
    static <T> RuntimeException release(
            @Nullable T resource, @Nullable CleanupAction<? super T> action, Throwable failure) {
        if (resource != null && action != null) {
            try {
                action.run(resource);
            } catch (Throwable second) {
                failure.addSuppressed(second);
            }
        }
        throw FailedOpen.<RuntimeException>unchecked(failure);
    }

    // Erased: a checked exception cannot get here, because nothing that tracks declares one.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> X unchecked(Throwable failure) throws X {
        throw (X) failure;
    }
}
