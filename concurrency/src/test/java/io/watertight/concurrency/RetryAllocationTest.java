package io.watertight.concurrency;

import io.watertight.testing.AllocationMode;
import io.watertight.testing.Allocations;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a call that needs no second attempt allocates, to the byte. */
class RetryAllocationTest {
    private static final int DEADLINE_BYTES = 32;
    private static final Retry.Attempt<String> WORK = (token, deadline) -> {
        seen = deadline;
        return "result";
    };

    /** Escapes, so that no compiler removes the deadline. */
    static volatile Object seen = "";

    private final RetryBudget budget = RetryBudget.of("allocation", 10, 10, 100);
    private final Retry retry = Retry.builder("allocation")
            .attempts(3)
            .within(Duration.ofHours(1))
            .budget(budget)
            .build();

    @Test
    void firstSuccessAllocatesTheDeadlineOnly() {
        Allocations.assertAllocatesAtMost(DEADLINE_BYTES, AllocationMode.STEADY, () -> retry.call(WORK));
    }

    @Test
    void firstSuccessWithinAnEarlierDeadlineAllocatesNothing() {
        Deadline earlier = Deadline.after(Duration.ofMinutes(50));

        Allocations.assertAllocatesAtMost(
                0, AllocationMode.STEADY, () -> retry.call(CancelToken.never(), earlier, WORK));
    }

    @Test
    void budgetAllocatesNothing() {
        Allocations.assertAllocatesAtMost(0, AllocationMode.STEADY, () -> {
            budget.called();
            seen = budget.tryRetry() ? "yes" : "no";
        });
    }
}
