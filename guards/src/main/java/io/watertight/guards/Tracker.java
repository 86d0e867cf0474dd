package io.watertight.guards;

import com.google.errorprone.annotations.MustBeClosed;
import java.lang.ref.Cleaner;

/**
 * Where resources are opened: a {@link LeakDetector}, which finds out the acquisition site by sampling, or one of its
 * {@link Site}s, which is the acquisition site and costs nothing to find.
 *
 * <p>Every method takes over the resource at once: if tracking it fails, for whatever reason up to an
 * {@link OutOfMemoryError}, the cleanup is run before the failure goes on to the caller. All methods are thread-safe and
 * never block.
 */
public sealed interface Tracker permits LeakDetector, Site {
    /**
     * Guards a resource until the returned guard is closed.
     *
     * @param resource what was acquired
     * @param action how to release it; capture nothing
     * @param <T> the resource
     * @return the guard: whoever drops it without close leaks the resource, and is reported
     * @throws NullPointerException if an argument is null; the resource, if given with an action, is released
     */
    @MustBeClosed
    <T> Guard<T> open(T resource, CleanupAction<? super T> action);

    /**
     * Guards a resource of known size, so that outstanding bytes are counted beside outstanding resources.
     *
     * @param bytes the size
     * @param resource what was acquired
     * @param action how to release it; capture nothing
     * @param <T> the resource
     * @return the guard
     * @throws NullPointerException if an argument is null; the resource, if given with an action, is released
     * @throws IllegalArgumentException if {@code bytes} is negative; the resource is released
     */
    @MustBeClosed
    <T> Guard<T> open(long bytes, T resource, CleanupAction<? super T> action);

    /**
     * Guards anything closeable.
     *
     * @param resource what was acquired
     * @param <T> the resource
     * @return the guard
     * @throws NullPointerException if {@code resource} is null
     */
    @MustBeClosed
    default <T extends AutoCloseable> Guard<T> open(T resource) {
        return open(resource, AutoCloseable::close);
    }

    /**
     * Guards a resource on behalf of another object: it is leaked when {@code referent} is dropped, whatever happens to
     * the guard. Prefer {@link #open(Object, CleanupAction)} with the guard in a field of the owner: the owner is then
     * found dropped just as well, and needs no {@link java.lang.ref.Reference#reachabilityFence} of its own at the end of
     * every method that uses the resource.
     *
     * @param referent the object whose loss is the leak; keep the guard in one of its fields
     * @param resource what was acquired; must not reach {@code referent}
     * @param action how to release it; must not capture {@code referent}
     * @param <T> the resource
     * @return the guard
     * @throws NullPointerException if an argument is null; the resource, if given with an action, is released
     * @throws IllegalArgumentException if the action or the resource holds {@code referent} in a field, so that it could
     *     never be found dropped; the message names the field, and the resource is released
     */
    <T> Guard<T> guard(Object referent, T resource, CleanupAction<? super T> action);

    /**
     * Does what {@link Cleaner#register} does, and reports each object that was left to it: the action runs exactly
     * once, when {@link Cleaner.Cleanable#clean()} is called or else after {@code referent} was collected. Code written
     * for the JDK's Cleaner moves over by changing the line that makes the Cleaner.
     *
     * @param referent the object to watch
     * @param action what to run; must not capture {@code referent}
     * @return the cleanable
     * @throws NullPointerException if an argument is null
     * @throws IllegalArgumentException if the action holds {@code referent} in a field; the message names it
     */
    Cleaner.Cleanable register(Object referent, Runnable action);
}
