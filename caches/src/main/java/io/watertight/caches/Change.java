package io.watertight.caches;

import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One change of one mapping, as it is applied under the lock of the map's bin: finds out whether an entry comes or goes, and
 * takes a place for one that comes. Used by one thread, once.
 */
final class Change<K, V> implements BiFunction<K, V, @Nullable V> {
    private final MapRules rules;
    private final @Nullable Places places;
    private final BiFunction<? super K, ? super V, ? extends V> function;
    private @Nullable V before;
    private @Nullable V after;
    private boolean added;
    private boolean removed;
    private boolean refused;

    /** A change that takes places where there are some. The function gets null for a key that is not there. */
    Change(MapRules rules, @Nullable Places places, BiFunction<? super K, ? super V, ? extends V> function) {
        this.rules = rules;
        this.places = places;
        this.function = function;
    }

    @Override
    public @Nullable V apply(K key, @Nullable V present) {
        before = present;
        if (present == null && places != null && !places.tryTake()) {
            refused = true; // an absent key stays absent; who began the change throws, when the lock is let go
            return null;
        }
        boolean puts = false;
        try {
            after = function.apply(key, present);
            if (after != null) {
                rules.check(key, after);
                puts = true;
            }
            removed = present != null && after == null;
            return after;
        } finally {
            added = present == null && puts;
            if (present == null && !puts && places != null) {
                places.giveBack();
            }
        }
    }

    /** The value the key had. */
    @Nullable
    V before() {
        return before;
    }

    /** The value the key has now. */
    @Nullable
    V after() {
        return after;
    }

    /** The key was not there, and is put. */
    boolean added() {
        return added;
    }

    /** The key was there, and is removed. */
    boolean removed() {
        return removed;
    }

    /** The key was not there, and there was no place for it. */
    boolean refused() {
        return refused;
    }
}
