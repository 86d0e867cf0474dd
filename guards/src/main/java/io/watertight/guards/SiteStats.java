package io.watertight.guards;

/**
 * The counters of one {@link Site} at one moment.
 *
 * <p>Each is exact when nobody opens or closes at that site while they are read, and otherwise off by at most what was
 * opened and closed meanwhile. {@code acquired = released + detached + leaked + outstanding} always holds within one
 * instance.
 *
 * @param acquired resources opened
 * @param released resources closed by their owner, whether their cleanup succeeded or threw
 * @param detached resources given away with {@link Guard#detach()} or closed behind the guard's back
 * @param leaked resources proven leaked by the garbage collector
 * @param overdue how often a resource was found to be held longer than allowed
 * @param ownerDead how often a resource was found open after its owner thread had ended
 * @param scopeEnd how often a resource was found open when its scope ended
 * @param closeFailed how often a cleanup threw
 * @param redundantCloses second closes of one handle
 * @param outstanding resources open now
 * @param outstandingBytes the sum of the sizes that were given for the open resources
 */
public record SiteStats(
        long acquired,
        long released,
        long detached,
        long leaked,
        long overdue,
        long ownerDead,
        long scopeEnd,
        long closeFailed,
        long redundantCloses,
        long outstanding,
        long outstandingBytes) {}
