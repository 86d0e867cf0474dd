package io.watertight.testing;

/** What a found leak does to a test. */
public enum LeakMode {
    /** Nothing is looked for. */
    OFF,

    /** Leaks are logged. */
    WARN,

    /** Leaks fail the test, class or suite that made them. */
    FAIL
}
