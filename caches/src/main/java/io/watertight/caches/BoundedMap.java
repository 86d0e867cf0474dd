package io.watertight.caches;

import com.google.errorprone.annotations.MustBeClosed;
import io.watertight.guards.Guard;
import java.util.concurrent.ConcurrentMap;

/**
 * A map with a bound: what is used least makes room for what comes. The second step for a {@code static Map} that leaks, after
 * a {@link WatchedMap} has shown that it does, if what it holds can be made again.
 *
 * <p>Thread-safe. The map view of a Caffeine cache holds the entries, and what Caffeine says of which entry goes, of expiry and
 * of visibility holds here too. Reads go to it and cost nothing more. The map has no thread of its own: whoever uses it does
 * what is due. The differences to a {@link java.util.concurrent.ConcurrentHashMap}:
 *
 * <ul>
 *   <li>entries vanish: what was put may be gone at the next call, and {@code putIfAbsent} may put the same key again. Above
 *       the bound there are entries only until the calls that put them have returned, or another thread that does what is due
 *       has seen them
 *   <li>{@code size} is an estimate: it may count entries that have expired, and {@code isEmpty} and {@code size} are not
 *       bound to what an iterator finds
 *   <li>values must not be {@link AutoCloseable}, as nobody would close them: {@link IllegalArgumentException}
 *   <li>an entry's {@code setValue} replaces the value if the key is still there, and never brings it back
 *   <li>a function given to {@code compute} and its kin runs under a lock and must not use this map at all
 *   <li>there are no bulk operations, no {@code newKeySet}, no serialization
 *   <li>with {@linkplain BoundedMapBuilder#weakKeys() weak keys}, keys are compared by identity
 * </ul>
 *
 * <p>Keys and values must not be null: {@link NullPointerException}. If a weigher throws, so does the put.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public interface BoundedMap<K, V> extends ConcurrentMap<K, V> {
    /**
     * Starts to describe a map.
     *
     * @param name how messages name it
     * @param <K> the keys
     * @param <V> the values
     * @return the first step: a map has a bound
     * @throws IllegalArgumentException if {@code name} is blank
     */
    static <K, V> BoundedMapBuilder.BoundStep<K, V> builder(String name) {
        return new BoundedMapBuilder.BoundStep<>(Arguments.name(name, "map"));
    }

    /**
     * Puts a mapping that ends when the returned guard is closed: it is removed then, unless it was evicted, or the key has
     * another value by then. A guard that is dropped unclosed is reported with the place where it was put; the mapping stays
     * until it is evicted. Values are compared by identity, so put an object of its own each time.
     *
     * @param key the key
     * @param value the value; what the key had before is replaced
     * @return close it to remove exactly this mapping
     * @throws NullPointerException if the key or the value is null
     * @throws IllegalArgumentException if the value is {@link AutoCloseable}
     */
    @MustBeClosed
    Guard<V> putScoped(K key, V value);

    /**
     * Does what is due, then returns the numbers of this map.
     *
     * @return the numbers now
     */
    BoundedMapStats stats();
}
