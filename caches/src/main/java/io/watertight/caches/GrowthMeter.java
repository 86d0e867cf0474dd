package io.watertight.caches;

import io.watertight.guards.Ticker;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How fast a size grows, from samples that are taken when somebody writes or asks: no thread of its own.
 *
 * <p>Keeps a ring of samples, one for each quarter of a minute of the last five. Thread-safe; a writer never waits: who finds
 * the lock taken leaves the sample to the other one.
 */
final class GrowthMeter {
    private static final long APART = Duration.ofSeconds(15).toNanos();
    private static final int SAMPLES = 20;
    private static final long SHORTEST = Duration.ofSeconds(1).toNanos();
    private static final double MINUTE = Duration.ofMinutes(1).toNanos();

    private final ReentrantLock lock = new ReentrantLock();
    private final Ticker ticker;
    private final long[] times = new long[SAMPLES];
    private final long[] sizes = new long[SAMPLES];
    private int next;
    private int filled;

    /** Starts with nothing. */
    GrowthMeter(Ticker ticker) {
        this.ticker = ticker;
        sample(ticker.nanos(), 0);
    }

    /** Takes a sample, unless one was taken lately. */
    void sample(long size) {
        if (lock.tryLock()) {
            try {
                sample(ticker.nanos(), size);
            } finally {
                lock.unlock();
            }
        }
    }

    private void sample(long now, long size) {
        if (filled == 0 || now - times[(next + SAMPLES - 1) % SAMPLES] >= APART) {
            times[next] = now;
            sizes[next] = size;
            next = (next + 1) % SAMPLES;
            filled = Math.min(filled + 1, SAMPLES);
        }
    }

    /** What was added a minute, since the oldest sample of the last five minutes, or the last one if all are older. */
    double perMinute(long size) {
        lock.lock();
        try {
            long now = ticker.nanos();
            int oldest = 1;
            for (int back = 2; back <= filled; back++) {
                if (now - times[(next + SAMPLES - back) % SAMPLES] > APART * SAMPLES) {
                    break;
                }
                oldest = back;
            }
            int at = (next + SAMPLES - oldest) % SAMPLES;
            double rate = (size - sizes[at]) * MINUTE / Math.max(now - times[at], SHORTEST);
            sample(now, size);
            return rate;
        } finally {
            lock.unlock();
        }
    }
}
