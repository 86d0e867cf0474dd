package io.watertight.testing;

/** A measurement, and whether its budget was kept; without a budget the latter means nothing. */
record AllocationVerdict(AllocationResult result, boolean kept) {}
