/** Caches whose values are leased and freed once, after their last reader. */
@NullMarked
package io.watertight.caches;

import org.jspecify.annotations.NullMarked;
