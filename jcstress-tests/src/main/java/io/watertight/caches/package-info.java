/**
 * Proofs of caches, of maps that are watched, and of what keeps loads from being of no use, one protocol per class, each beside a
 * broken twin that must fail.
 *
 * <ul>
 *   <li>a value and those who use it, while the cache drops it: {@code ValueHandleUseRetire}, {@code ValueHandleTwoUsers}; two
 *       who drop it: {@code ValueHandleRetireTwice}; the last who gives it back, beside one who comes too late, and beside
 *       another who is last: {@code ValueHandleLastRelease}, {@code ValueHandleTwoReleases}
 *   <li>who takes a value out of the cache, while it is dropped or acquired: {@code ValueHandleDetachRetire}, {@code
 *       ValueHandleDetachAcquire}
 *   <li>a lease that two threads have: closed twice, used while it is closed, closed while it cannot be detached: {@code
 *       CacheLeaseCloseTwice}, {@code CacheLeaseGetClose}, {@code CacheLeaseDetachClose}
 *   <li>loads, which one joins, the last leaves, and the loader ends: {@code FlightJoinLeave}, {@code FlightLeaveLand}, {@code
 *       FlightJoinLand}; that are cancelled by one or two while they begin or end, and whom the interrupt reaches: {@code
 *       FlightCancelLand}, {@code FlightLeaveCancel}, {@code FlightCancelBegin}, {@code FlightCancelInterrupt}; that fail:
 *       {@code FlightFailure}; that are not needed, and whose places come back: {@code FlightBeginClose}
 *   <li>the same with the values they make: {@code LeasedCoreLoadLeave}, {@code LeasedCoreLoadJoin}; a value that is put
 *       meanwhile, or replaced while it is asked for: {@code LeasedCoreLoadPut}, {@code LeasedCoreReplace}
 *   <li>as many values as may be open, and the place of one that is closed: {@code OpenValuesPlace}; the thread that closes
 *       values, which waits while one comes: {@code OpenValuesCloserWaits}
 *   <li>the close of a cache, beside a value that comes: {@code OpenValuesAddClose}, {@code LeasedCoreLoadClose}, {@code
 *       LeasedCorePutIfAbsentClose}; beside the last lease: {@code OpenValuesAwait}, {@code LeasedCoreSettle}; what it does
 *       with values that are still leased, by force, or by letting go of them: {@code ValueHandleForceRelease}, {@code
 *       OpenValuesAbandonRelease}, {@code OpenValuesAbandonForce}, {@code OpenValuesAbandonDetach}
 *   <li>keys that do not exist: a key that comes into being while the filter is used or filled anew: {@code KeyFilterPut}, {@code
 *       KeyFilterRefill}; or while a load finds nothing: {@code MissStoreForget}
 *   <li>maps with a ceiling: the last place, one key put twice, put and removed, and removed for another: {@code
 *       WatchedMapLastPlace}, {@code WatchedMapSameKey}, {@code WatchedMapPutRemove}, {@code WatchedMapRemoval}; a mapping that
 *       ends after it was replaced: {@code ScopedMappingReplace}
 * </ul>
 *
 * <p>The values here are closed, and loaded, by actors: they do what the threads of a cache do. That a thread is started when
 * there is something to close has no proof of its own: it is decided under the one lock that also guards what there is to close.
 *
 * <p>Designs that were considered and not chosen have no proof. A dropped value that is still leased does not come back to life
 * when its key is asked for: the key is loaded anew, and there are two values of it for a while, as many as {@code maxOpen}
 * allows. Handles are not used again, for who fails to acquire one counts in it for a moment, maybe when it is somebody else's
 * already. There is no limiter of the rate of loads of ours, nor a store of the most frequent key shapes without a lock; Guava's
 * limiter, and a lock, have no interleavings to prove. A second tier, and so the race of its messages with a fill, is not there.
 *
 * <p>What Caffeine does, which entry is in the map and which is dropped, is not proved here. Nothing that is owned depends on it:
 * whatever it forgets is closed with the cache.
 */
@NullMarked
package io.watertight.caches;

import org.jspecify.annotations.NullMarked;
