package io.watertight.testing;

/** What an allocation budget is compared with. */
public enum AllocationMode {
    /**
     * Every batch from the second on, compiled or not: the code has no {@code new} on its path beyond the budget. Holds
     * under {@code -Xint} too, and finds code that relies on the compiler to remove its objects, unless an earlier test
     * had that code compiled already.
     */
    STRICT,
    /** What is left once compiled code runs: objects that escape analysis removes do not count. */
    STEADY
}
