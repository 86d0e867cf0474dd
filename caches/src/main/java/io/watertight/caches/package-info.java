/** Bounded caches whose values are freed once, after their last reader, and maps that say when they grow. */
@NullMarked
package io.watertight.caches;

import org.jspecify.annotations.NullMarked;
