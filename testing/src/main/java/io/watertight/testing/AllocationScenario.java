package io.watertight.testing;

/**
 * An operation that a JVM of its own can make: a class with a constructor without parameters. The constructor prepares
 * what the operation needs; its allocations are not counted.
 */
public interface AllocationScenario extends AllocatingOperation {}
