/** Bounded caches for Spring's {@code @Cacheable}. */
@NullMarked
package io.watertight.caches.spring;

import org.jspecify.annotations.NullMarked;
