package io.watertight.testing;

import org.opentest4j.TestAbortedException;

/**
 * Says that allocations cannot be measured exactly here, and why. JUnit takes it as an aborted test: neither passed nor
 * failed.
 */
public final class AllocationUnavailableException extends TestAbortedException {
    private static final long serialVersionUID = 1L;

    AllocationUnavailableException(String message) {
        super(message);
    }

    AllocationUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
