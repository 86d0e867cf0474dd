/** Bounded pools of reusable objects and buffers, whose leases are guarded. */
@NullMarked
package io.watertight.pools;

import org.jspecify.annotations.NullMarked;
