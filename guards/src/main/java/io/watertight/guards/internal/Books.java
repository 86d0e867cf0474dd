package io.watertight.guards.internal;

import io.watertight.guards.Evidence;
import io.watertight.guards.LeakDetector;
import io.watertight.guards.OutstandingSource;
import io.watertight.guards.Site;
import io.watertight.guards.Ticker;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.Watertight;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the registry does for a component that tracks by itself what it hands out, because it can do so at less cost than
 * guards: a type of its own, sites by sampling, the clock, regular steps, and the way its findings become reports.
 *
 * <p>Thread-safe.
 */
public abstract class Books {
    private static volatile @Nullable BiFunction<String, Keeper, Books> opener;

    /** For implementations. */
    protected Books() {}

    /** The component. The registry holds it strongly until its books are closed, so it must not reach its own facade. */
    public interface Keeper extends OutstandingSource {
        /**
         * Does what is due. Called ten times a second on a thread of the library; never while a lock of the registry is
         * held. Must not block, and must not run code of users.
         *
         * @param everything true if somebody asked for it: then what is only done now and then is done as well
         */
        void step(boolean everything);

        /**
         * Called when {@link Books#isPlain()} or {@link Books#isOff()} may have changed, possibly before {@link Books#open}
         * has returned. Must not block, and must not take a lock.
         */
        void trackingChanged();
    }

    /**
     * Called once, by the registry.
     *
     * @param registry makes books
     */
    public static void install(BiFunction<String, Keeper, Books> registry) {
        opener = registry;
    }

    /**
     * Opens the books of a component.
     *
     * @param type the name of what it hands out, for reports
     * @param keeper the component
     * @return its books; close them when nothing is out any more and nothing will be
     */
    public static Books open(String type, Keeper keeper) {
        BiFunction<String, Keeper, Books> registry = opener;
        if (registry == null) {
            Watertight.stats(); // initialises the registry, which installs itself
            registry = opener;
        }
        if (registry == null) {
            throw new IllegalStateException("the registry is not initialised");
        }
        return registry.apply(type, keeper);
    }

    /**
     * Returns the detector of the type, for handles that are guards.
     *
     * @return the detector
     */
    public abstract LeakDetector detector();

    /**
     * Says whether the component's own bookkeeping is all that is asked for now: no stacks, no scope, no events.
     *
     * @return false if each acquisition needs a guard
     */
    public abstract boolean isPlain();

    /**
     * Returns the level for what the calling thread acquires now.
     *
     * @return the level of the type, raised by the thread's scope
     */
    public abstract TrackingLevel level();

    /**
     * Says whether nothing is tracked at all.
     *
     * @return true at {@link TrackingLevel#OFF}
     */
    public abstract boolean isOff();

    /**
     * Finds the site of the calling thread's acquisition, as far as the budget for stacks allows. To be called for one
     * acquisition, and then not for the next {@link #pause()}.
     *
     * @return the site; {@link #common()} if there is no budget now
     */
    public abstract Site sample();

    /**
     * Says how many acquisitions to attribute to {@link #common()} before the next is sampled.
     *
     * @return 0 or more; 0 for the first ones, and after a leak was found
     */
    public abstract int pause();

    /**
     * Returns where acquisitions are counted that are not sampled.
     *
     * @return the site
     */
    public abstract Site common();

    /**
     * Returns the clock that the steps advance.
     *
     * @return the clock
     */
    public abstract CoarseClock clock();

    /**
     * Returns where exact times come from.
     *
     * @return the ticker
     */
    public abstract Ticker ticker();

    /**
     * Reports a finding.
     *
     * @param evidence what it rests on
     * @param site where the resource was acquired
     * @param sinceTick when
     * @param owner the thread that has it; null if unknown, and for virtual threads
     */
    public abstract void found(Evidence evidence, Site site, int sinceTick, @Nullable Thread owner);

    /**
     * Reports that a resource which was found overdue has come back.
     *
     * @param site where it was acquired
     * @param sinceTick when
     * @param owner the thread that had it; null if unknown, and for virtual threads
     */
    public abstract void returnedLate(Site site, int sinceTick, @Nullable Thread owner);

    /**
     * Reports that a release failed.
     *
     * @param site where the resource was acquired
     * @param cause what its release threw
     */
    public abstract void closeFailed(Site site, Throwable cause);

    /**
     * Reports that the component itself failed, once.
     *
     * @param what a few words
     * @param failure what was thrown
     */
    public abstract void failed(String what, Throwable failure);

    /** Closes the books: no more steps, and the component is let go. */
    public abstract void close();
}
