package io.watertight.guards;

import io.watertight.guards.internal.CoarseClock;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Describes a {@link LeakDetector}. Not thread-safe; can be used again after {@link #build()}. */
public final class LeakDetectorBuilder {
    private static final Logger LOG = LoggerFactory.getLogger(LeakDetectorBuilder.class);
    private static final String LEVEL_PROPERTY = "watertight.level";

    final String type;
    int overdueAfterTicks = Integer.MAX_VALUE;
    ReclaimPolicy reclaim = ReclaimPolicy.REPORT_ONLY;
    Probe.@Nullable Typed probe;
    private TrackingLevel level = TrackingLevel.TRACK;
    private final LeakRegistry registry;

    LeakDetectorBuilder(String type, LeakRegistry registry) {
        if (Objects.requireNonNull(type, "type").isBlank()) {
            throw new IllegalArgumentException("type must not be blank: it is how reports name the resource");
        }
        this.type = type;
        this.registry = registry;
    }

    /**
     * Sets the level. The system properties {@code watertight.level.<type>} and {@code watertight.level} win over it.
     *
     * @param level the level; {@link TrackingLevel#TRACK} by default
     * @return this builder
     */
    public LeakDetectorBuilder level(TrackingLevel level) {
        this.level = Objects.requireNonNull(level, "level");
        return this;
    }

    /**
     * Reports resources that are held longer than this. The time while the process was suspended does not count.
     *
     * @param limit the longest time a resource is normally held, to 100 ms; without it nothing is overdue
     * @return this builder
     * @throws IllegalArgumentException if {@code limit} is zero or negative
     */
    public LeakDetectorBuilder overdueAfter(Duration limit) {
        if (Objects.requireNonNull(limit, "limit").isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("overdueAfter must be positive: " + limit);
        }
        this.overdueAfterTicks = CoarseClock.toTicks(limit);
        return this;
    }

    /**
     * Sets what happens to a leaked resource.
     *
     * @param policy the policy; {@link ReclaimPolicy#REPORT_ONLY} by default
     * @return this builder
     */
    public LeakDetectorBuilder onLeak(ReclaimPolicy policy) {
        this.reclaim = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Gives a way to ask a resource whether it is still open, for resources that are also closed behind the guard's back.
     * It is asked before a dropped or overdue resource is reported, on a thread of this library; it must not block. The
     * record then holds the resource, so the resource must not reach its own guard.
     *
     * @param resourceType the class of the resources to ask
     * @param isStillOpen true if a resource needs to be closed; a probe that throws counts as true
     * @param <T> the resource
     * @return this builder
     */
    public <T> LeakDetectorBuilder isStillOpen(Class<T> resourceType, Predicate<? super T> isStillOpen) {
        this.probe = new Probe.Typed(
                Objects.requireNonNull(resourceType, "resourceType"),
                Objects.requireNonNull(isStillOpen, "isStillOpen"));
        return this;
    }

    /**
     * Makes the detector.
     *
     * @return the detector of this type
     * @throws IllegalStateException if this type has a detector already
     */
    public LeakDetector build() {
        LeakDetector fresh = new LeakDetector(this, registry);
        if (registry.add(fresh) != null) {
            throw new IllegalStateException("type '" + type + "' has a detector already;"
                    + " keep it in a static final field, or get it with LeakDetector.of");
        }
        return fresh;
    }

    LeakDetector getOrBuild() {
        LeakDetector present = registry.detector(type);
        if (present != null) {
            return present;
        }
        LeakDetector fresh = new LeakDetector(this, registry);
        LeakDetector other = registry.add(fresh);
        return other == null ? fresh : other;
    }

    /** The level of this builder, or that of a system property. */
    TrackingLevel effectiveLevel() {
        String property = System.getProperty(LEVEL_PROPERTY + "." + type, System.getProperty(LEVEL_PROPERTY));
        if (property == null) {
            return level;
        }
        try {
            return TrackingLevel.valueOf(property.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            LOG.warn("watertight: unknown tracking level '{}' for type '{}'; using {}", property, type, level);
            return level;
        }
    }
}
