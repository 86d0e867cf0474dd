package io.watertight.caches;

import java.util.concurrent.atomic.AtomicLong;

/** What happened to leases. */
final class LeasedCounters {
    final AtomicLong redundantCloses = new AtomicLong();
    /** Open leases that have a guard, which lists them. */
    final AtomicLong watched = new AtomicLong();
}
