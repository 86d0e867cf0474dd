package io.watertight.guards;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A ticker that moves when a test says so. */
final class ManualTicker implements Ticker {
    private final AtomicLong now = new AtomicLong();

    @Override
    public long nanos() {
        return now.get();
    }

    void advance(Duration duration) {
        now.addAndGet(duration.toNanos());
    }
}
