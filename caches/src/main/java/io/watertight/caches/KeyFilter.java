package io.watertight.caches;

import com.google.common.hash.BloomFilter;
import org.jspecify.annotations.Nullable;

/**
 * Knows keys that certainly do not exist, and can be filled anew while others use it.
 *
 * @param <K> the keys
 */
final class KeyFilter<K> {
    /*
     * states: EMPTY (no filter: every key may exist), READY (current), FIRST FILL (next), REFILL (current and next).
     *
     *   begin()    any -> with next                               the thread that fills; one at a time
     *   finish()   next becomes current, if it is still next      the same thread; the linearisation point of a refill
     *   abandon()  without next                                   the same thread
     *   poison()   EMPTY                                          a writer whose key could not be put
     *
     * field    read       write       guard of writers
     * pair     volatile   volatile    this
     *
     * No key that was put is ever denied. A writer puts its key into both filters of the pair it has read, and again if the
     * pair has changed meanwhile. When put() returns, the key is therefore in every filter of a pair that was published
     * after the put began; pairs are new objects, so one is not taken for another. A refill that begins after put() has
     * returned learns of the key from the stream, which is opened after begin(): so a key must be in its source before it is
     * put. Bits are set by compare-and-set in an atomic array (Guava's), so reading them needs nothing more.
     *
     * put() repeats only when a refill begins, ends or fails, which happens a few times an hour. No lock is held while the
     * user's funnel is called.
     */

    /** What answers, and what is being filled. Not a record: two of them are never equal. */
    private static final class Pair<K> {
        final @Nullable BloomFilter<K> current;
        final @Nullable BloomFilter<K> next;

        Pair(@Nullable BloomFilter<K> current, @Nullable BloomFilter<K> next) {
            this.current = current;
            this.next = next;
        }

        static <K> void put(@Nullable BloomFilter<K> filter, K key) {
            if (filter != null) {
                filter.put(key);
            }
        }
    }

    private volatile Pair<K> pair = new Pair<>(null, null);

    /** Says whether a key was never put. A throwing funnel is the caller's business. */
    boolean denies(K key) {
        BloomFilter<K> current = pair.current;
        return current != null && !current.mightContain(key);
    }

    /** Lets a key exist. If its bytes cannot be read, every key may exist from then on, until a refill has succeeded. */
    void put(K key) {
        try {
            Pair<K> seen;
            do {
                seen = pair;
                Pair.put(seen.next, key);
                Pair.put(seen.current, key);
            } while (seen != pair);
        } catch (Throwable unreadable) {
            poison();
            throw unreadable;
        }
    }

    /** Has every put from now on reach a second filter as well. */
    synchronized void begin(BloomFilter<K> next) {
        pair = new Pair<>(pair.current, next);
    }

    /** Has the second filter answer; false if a key could not be put into it meanwhile. */
    @SuppressWarnings("ReferenceEquality") // that very filter is meant
    synchronized boolean finish(BloomFilter<K> next) {
        if (pair.next != next) {
            return false;
        }
        pair = new Pair<>(next, null);
        return true;
    }

    synchronized void abandon() {
        pair = new Pair<>(pair.current, null);
    }

    private synchronized void poison() {
        pair = new Pair<>(null, null);
    }

    boolean isReady() {
        return pair.current != null;
    }

    /** Says which part of the keys that do not exist is not recognised, as the filter is filled now; 1 if there is none. */
    double falsePositiveRate() {
        BloomFilter<K> current = pair.current;
        return current == null ? 1 : current.expectedFpp();
    }
}
