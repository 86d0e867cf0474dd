package io.watertight.caches;

import java.util.concurrent.atomic.AtomicLong;

/** What became of loads. */
final class LoadCounters {
    final AtomicLong loads = new AtomicLong();
    final AtomicLong absent = new AtomicLong();
    final AtomicLong failures = new AtomicLong();
    final AtomicLong timeouts = new AtomicLong();
    final AtomicLong refused = new AtomicLong();
    /** Results that came when nobody waited any more. */
    final AtomicLong late = new AtomicLong();
}
