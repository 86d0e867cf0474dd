package io.watertight.concurrency;

import io.watertight.guards.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes when a test says so. */
final class ManualTicker implements Ticker {
    /** Done once, when the time is read next. */
    Runnable whenRead = () -> {};

    private final AtomicLong nanos = new AtomicLong();

    @Override
    public long nanos() {
        Runnable now = whenRead;
        whenRead = () -> {};
        now.run();
        return nanos.get();
    }

    void advance(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }
}
