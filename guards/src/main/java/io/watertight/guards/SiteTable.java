package io.watertight.guards;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The interned sites of a registry: at most {@code bound} of them, ever; what finds no room is counted. */
final class SiteTable {
    /*
     * A place is reserved before a site is put in, so the map never holds more than `bound`. A reservation that is about to
     * be given back can make another thread miss a place that becomes free a moment later; that thread counts at its type's
     * common site, which is what a full table does anyway.
     */
    static final int DEFAULT_BOUND = 4_096;

    private final int bound;
    private final ConcurrentMap<Key, Site> sites = new ConcurrentHashMap<>();
    private final AtomicInteger reserved = new AtomicInteger();
    private final AtomicLong overflows = new AtomicLong();

    SiteTable(int bound) {
        this.bound = bound;
    }

    /** What makes two acquisitions the same site: a type, and a token or some frames. */
    record Key(LeakDetector detector, Object place) {
        // Written out: what the JDK generates for a record keeps the classes of its components alive (JDK-8078641).
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.detector == detector && key.place.equals(place);
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(detector) + place.hashCode();
        }
    }

    /** Returns the site of a key, made by {@code maker} if new; null if the table is full. */
    @Nullable
    Site intern(LeakDetector detector, Object place, Supplier<Site> maker) {
        Key key = new Key(detector, place);
        Site present = sites.get(key);
        if (present != null) {
            return present;
        }
        // Under the lock of one bin of the map, so that one key has one answer.
        Site site = sites.computeIfAbsent(key, absent -> reserve() ? maker.get() : null);
        if (site == null) {
            overflows.incrementAndGet();
        }
        return site;
    }

    private boolean reserve() {
        if (reserved.incrementAndGet() <= bound) {
            return true;
        }
        reserved.decrementAndGet();
        return false;
    }

    void forget(LeakDetector detector) {
        sites.keySet().removeIf(key -> {
            boolean its = key.detector() == detector;
            if (its) {
                reserved.decrementAndGet();
            }
            return its;
        });
    }

    int size() {
        return sites.size();
    }

    /** How often an acquisition found no room for its site. */
    long overflows() {
        return overflows.get();
    }
}
