package io.watertight.caches;

import io.watertight.guards.Ticker;
import io.watertight.guards.internal.Texts;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which keys of a map or cache grow: by shape, as {@code "session:<uuid>"}, in a table of bounded size. Keys themselves are
 * neither kept nor shown.
 *
 * <p>Give it to the builder of a map; one profile may be given to several. It sees keys that are added, removed and evicted,
 * never those that are only read. It compares the growth of shapes within a window; a window begins with the first key after
 * the end of the one before. Every key is counted as long as there are no more than 65,536 in a window; above that, one of 64,
 * chosen by its hash so that a key is counted both when it comes and when it goes, and its counts stand for 64. With {@code n}
 * different keys, a share {@code s} is then off by {@code sqrt(64 s / n)}, a standard deviation: a twentieth of a million by
 * 0.2 points. Where there are more shapes than slots, see {@link ShapeGrowth} for what is certain.
 *
 * <p>Thread-safe. Adding and removing never wait for each other here: when two threads have a key at once, one of them is not
 * counted, and {@linkplain KeyProfileSnapshot#missed() that} is. A counted key costs some hundred nanoseconds and the
 * allocation of its shape. {@link #snapshot()} waits for those who count.
 *
 * @param <K> the keys
 */
public final class KeyProfile<K> {
    /*
     * Everything mutable but the two counters is guarded by `lock`, which writers only try. So no update of the sketch races
     * with another, and no writer waits, at the price of a key that is not counted. The shape is made, and the alert delivered,
     * outside the lock. `one` is read without it: who reads it late counts a key with the weight of a moment ago, either of
     * which is right on average.
     */
    private static final Logger LOG = LoggerFactory.getLogger(KeyProfile.class);
    /** Keys in a window that are all counted. */
    static final int EXACT = 1 << 16;

    static final int SAMPLED = 64;
    /** How often, in keys, to look for growth before a window ends. */
    private static final int LOOK = 1_024;
    /** What must have been gained before a window ends, in terms of what is enough at its end: neighbours may come later. */
    private static final int EARLY = 10;

    private static final int SPREAD = 0x9E3779B9;
    private static final String UNKNOWN = "(no shape)";

    private final ReentrantLock lock = new ReentrantLock();
    private final LongAdder missed = new LongAdder();
    private final String name;
    private final KeyShape<? super K> shape;
    private final Ticker ticker;
    private final Consumer<? super KeyAlert> listener;
    private final long windowNanos;
    private final double alertShare;
    private final double alertTimes;
    private final long alertEntries;
    private final ShapeSketch sketch;
    private volatile int oneOf = 1;
    private long windowStart;
    private long seen;
    private int sinceLook;
    private boolean alerted;
    private long alerts;

    KeyProfile(KeyProfileBuilder<K> builder) {
        this.name = builder.name;
        this.shape = builder.shape;
        this.ticker = builder.ticker;
        this.listener = builder.listener;
        this.windowNanos = Texts.saturatedNanos(builder.window);
        this.alertShare = builder.alertShare;
        this.alertTimes = builder.alertTimes;
        this.alertEntries = builder.alertEntries;
        this.sketch = new ShapeSketch(builder.slots);
        this.windowStart = ticker.nanos();
    }

    /**
     * Starts to describe a profile.
     *
     * @param name how messages name it
     * @param <K> the keys
     * @return the builder
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public static <K> KeyProfileBuilder<K> builder(String name) {
        return new KeyProfileBuilder<>(Arguments.name(name, "profile"));
    }

    /** A key was added that was not there. */
    void inserted(K key) {
        count(key, true);
    }

    /** A key is gone: removed, evicted or expired. */
    void removed(K key) {
        count(key, false);
    }

    private void count(K key, boolean added) {
        int weight = oneOf;
        if (weight > 1 && ((key.hashCode() * SPREAD) >>> 26) != 0) {
            return; // 26: the upper 6 bits, one of 64
        }
        String keyShape = shapeOf(key);
        if (!lock.tryLock()) {
            missed.add(weight);
            return;
        }
        KeyAlert alert;
        try {
            long now = ticker.nanos();
            alert = roll(now);
            if (added) {
                sketch.added(keyShape, weight);
            } else {
                sketch.removed(keyShape, weight);
            }
            seen += weight;
            if (seen > EXACT) {
                oneOf = SAMPLED;
            }
            if (++sinceLook >= LOOK && alert == null) {
                alert = look(now, EARLY);
            }
        } finally {
            lock.unlock();
        }
        tell(alert);
    }

    private String shapeOf(K key) {
        try {
            String made = shape.of(key);
            return made == null ? UNKNOWN : StandardKeyShape.cut(made);
        } catch (RuntimeException failure) {
            LOG.debug("key profile '{}': the shape of a {} cannot be made", name, key.getClass(), failure);
            return UNKNOWN;
        }
    }

    /** Ends the window if its time is over; finds out first whether a shape has grown in it. */
    private @Nullable KeyAlert roll(long now) {
        if (now - windowStart < windowNanos) {
            return null;
        }
        KeyAlert alert = look(now, 1);
        sketch.roll();
        windowStart = now;
        oneOf = seen > EXACT ? SAMPLED : 1;
        seen = 0;
        alerted = false;
        return alert;
    }

    /** The alert that is due; null if none is, or there was one in this window. */
    private @Nullable KeyAlert look(long now, long times) {
        sinceLook = 0;
        ShapeGrowth fastest = alerted ? null : sketch.fastest();
        if (fastest == null || fastest.net() / times < alertEntries) {
            return null;
        }
        double share = (double) fastest.net() / sketch.gained();
        long median = sketch.medianOfOthers(fastest.shape());
        if (share < alertShare || median < 0 || fastest.net() <= alertTimes * median) {
            return null;
        }
        alerted = true;
        alerts++;
        return new KeyAlert(name, fastest.shape(), fastest.net(), share, median, Duration.ofNanos(now - windowStart));
    }

    private void tell(@Nullable KeyAlert alert) {
        if (alert == null) {
            return;
        }
        LOG.warn(
                "key profile '{}': keys like '{}' grow faster than the others (+{} in {}, {} of all growth, median of"
                        + " others=+{}); they are added and not removed; find out who adds them, and bound them",
                name,
                alert.shape(),
                alert.gained(),
                Texts.time(alert.elapsed()),
                String.format(Locale.ROOT, "%.0f %%", alert.share() * 100),
                alert.medianOfOthers());
        try {
            listener.accept(alert);
        } catch (RuntimeException failure) {
            LOG.warn("key profile '{}': its listener failed", name, failure);
        }
    }

    /** The shape that gained most in this window; null if none gained. */
    @Nullable
    ShapeGrowth fastest() {
        lock.lock();
        try {
            return sketch.fastest();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns what is known now. Ends the window if its time is over.
     *
     * @return the shapes, those first that gained most
     */
    public KeyProfileSnapshot snapshot() {
        KeyAlert alert;
        KeyProfileSnapshot snapshot;
        lock.lock();
        try {
            long now = ticker.nanos();
            alert = roll(now);
            snapshot = new KeyProfileSnapshot(
                    name,
                    sketch.total(),
                    Duration.ofNanos(now - windowStart),
                    oneOf,
                    missed.sum(),
                    sketch.overflows(),
                    alerts,
                    sketch.growth());
        } finally {
            lock.unlock();
        }
        tell(alert);
        return snapshot;
    }

    /** The shapes that gained most, on one line. */
    @Override
    public String toString() {
        return snapshot().toString();
    }
}
