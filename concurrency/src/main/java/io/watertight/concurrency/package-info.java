/** Executors, scopes and channels that end with what they were opened for. */
@NullMarked
package io.watertight.concurrency;

import org.jspecify.annotations.NullMarked;
