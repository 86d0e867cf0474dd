package io.watertight.caches;

import org.jspecify.annotations.Nullable;

/** Asks weighers, and holds them to what they have to say. */
final class Weights {
    private Weights() {}

    /** The weight of a value; 1 if there is no weigher. */
    static <K, V> int weigh(String owner, @Nullable Weigher<? super K, ? super V> weigher, K key, V value) {
        if (weigher == null) {
            return 1;
        }
        int weight;
        try {
            weight = weigher.weigh(key, value);
        } catch (RuntimeException | Error failure) {
            throw new IllegalStateException(
                    owner + ": the weigher failed for a value of "
                            + value.getClass().getName() + "; the value was not kept",
                    failure);
        }
        if (weight < 1) {
            throw new IllegalStateException(owner + ": the weigher said " + weight + " for a value of "
                    + value.getClass().getName() + "; what weighs nothing would have no bound; return 1 or more");
        }
        return weight;
    }
}
