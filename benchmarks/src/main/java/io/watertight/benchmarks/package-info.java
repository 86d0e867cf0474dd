/** Ours beside the peers, in one run. */
@org.jspecify.annotations.NullMarked
package io.watertight.benchmarks;
