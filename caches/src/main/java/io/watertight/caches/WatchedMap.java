package io.watertight.caches;

import com.google.errorprone.annotations.MustBeClosed;
import io.watertight.guards.Guard;
import java.util.concurrent.ConcurrentMap;

/**
 * A map that never evicts and says when it grows beyond the number of entries it was meant to have: for registries, for state,
 * and as the first step for a {@code static Map} of which nobody knows whether it leaks.
 *
 * <p>Its policy decides what becomes of an entry for which there is no room below the {@linkplain CeilingPolicy ceiling}: it
 * is reported, or refused. Growth is reported where it happens, on the thread that adds; the map has no thread of its own.
 * Where eviction is wanted, take a {@link BoundedMap}.
 *
 * <p>Thread-safe. A {@link java.util.concurrent.ConcurrentHashMap} holds the entries, and what it says of order, iterators,
 * memory effects, and of functions that run under a lock and must not touch other entries, holds here too. Reads go to it and
 * cost nothing more. Adding and removing share one counter. A {@code put} that adds to a map that refuses allocates 88 bytes
 * more than there; other reads and puts allocate no more. The differences:
 *
 * <ul>
 *   <li>{@code put}, {@code putIfAbsent}, {@code putAll}, {@code compute}, {@code computeIfAbsent} and {@code merge} throw
 *       {@link MapFullException} when they would add an entry beyond the ceiling, and the policy is to refuse. A value that is
 *       replaced needs no room. A function that would make the value is not called then; while it runs, it has the place. The
 *       place of an entry is free when the call that removed it has returned. {@code putAll} may have put some entries by
 *       then, as it is several steps
 *   <li>values must not be {@link AutoCloseable}, as nobody would close them: {@link IllegalArgumentException}
 *   <li>an entry's {@code setValue} replaces the value if the key is still there, and never brings it back
 *   <li>{@code clear} removes one by one what it finds
 *   <li>there are no bulk operations, no {@code newKeySet}, no serialization
 * </ul>
 *
 * <p>Keys and values must not be null: {@link NullPointerException}.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public interface WatchedMap<K, V> extends ConcurrentMap<K, V> {
    /**
     * Starts to describe a map.
     *
     * @param name how messages name it
     * @param <K> the keys
     * @param <V> the values
     * @return the first step: a map has a ceiling
     * @throws IllegalArgumentException if {@code name} is blank
     */
    static <K, V> WatchedMapBuilder.CeilingStep<K, V> builder(String name) {
        return new WatchedMapBuilder.CeilingStep<>(Arguments.name(name, "map"));
    }

    /**
     * Puts a mapping that ends when the returned guard is closed: it is removed then, unless the key has another value by
     * then. A guard that is dropped unclosed is reported with the place where it was put; the mapping stays. Values are
     * compared by identity, so put an object of its own each time.
     *
     * @param key the key
     * @param value the value; what the key had before is replaced
     * @return close it to remove exactly this mapping
     * @throws NullPointerException if the key or the value is null
     * @throws IllegalArgumentException if the value is {@link AutoCloseable}
     * @throws MapFullException if there is no room, and the policy is to refuse
     */
    @MustBeClosed
    Guard<V> putScoped(K key, V value);

    /**
     * Returns the numbers of this map.
     *
     * @return the numbers now
     */
    WatchedMapStats stats();
}
