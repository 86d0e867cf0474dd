/**
 * Proofs of the pool kernel, one protocol per class, each beside a broken twin that must fail.
 *
 * <p>All begin with {@code Slot}, {@code SlotTable} or {@code PoolCore}, the classes with atomic fields:
 *
 * <ul>
 *   <li>one object, one holder, and what he wrote is seen: {@code PoolCoreExclusion}; stale handles, closed twice, and a slot
 *       that is leased again meanwhile: {@code SlotClose}; the anchor that passes from lease to lease: {@code SlotAnchor}
 *   <li>waiters: {@code PoolCoreLostWakeUp}, {@code PoolCoreWithdraw} (time-out and interrupt take the same way out of the
 *       queue), {@code PoolCoreFair}, {@code PoolCoreTwoWaiters}, {@code PoolCoreTwoReleases}, {@code PoolCoreAsync},
 *       {@code PoolCoreCreationFailed}
 *   <li>ends of a lease against each other: {@code SlotInvalidate}, {@code SlotDetach}, {@code SlotReclaim}
 *   <li>what the scan reads while leases come and go: {@code SlotOverdue}, {@code SlotOwnerDead}, {@code SlotHandOver}
 *   <li>operation: {@code PoolCoreResize}, {@code PoolCoreEvict}, {@code PoolCoreSuspend}, {@code PoolCoreReplace},
 *       {@code PoolCoreClose}, {@code PoolCoreCloseAcquire}, {@code PoolCoreCloseCreation}
 *   <li>the table: {@code SlotTableGrow}, {@code SlotTableStarved}; everything at once: {@code PoolCoreMixed}
 * </ul>
 *
 * <p>Designs that were considered and not chosen have no proof here. A ring of handles that are used again would make the
 * second close of a handle the first close of somebody else's; ours are made anew and compare a generation. A slot that keeps
 * its anchor strongly while it is idle would need a second write at each end of the lease, in an order that a third thread can
 * see; ours is kept by the lease alone, and {@code SlotAnchor} shows how it passes on. To free an object and have the waiter
 * take it like anybody else lets newcomers overtake; that is the broken twin of {@code PoolCoreFair}.
 */
@NullMarked
package io.watertight.pools;

import org.jspecify.annotations.NullMarked;
