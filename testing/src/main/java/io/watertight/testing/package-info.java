/** Tests that fail when they leak, allocation budgets, and the chain that holds a retained object. */
@NullMarked
package io.watertight.testing;

import org.jspecify.annotations.NullMarked;
