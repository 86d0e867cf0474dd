package io.watertight.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Limits what the body of a test method may allocate.
 *
 * <p>The method runs once as a test. If it passes, its body runs again, thousands of times, on the same test instance and
 * with the same arguments, between the callbacks before and after the test, and the test fails if an operation (one run
 * of the body) allocates more than the budget. So the body must be repeatable; what it prepares belongs into
 * {@code @BeforeEach}. Calling the body costs no byte: an empty one measures exactly 0.
 *
 * <p>Works on tests, repeated and parameterized tests. Tests may run in parallel: the counter belongs to the thread, so no
 * lock is taken. Where allocations cannot be measured exactly the test is aborted, with the reason; so it is if a steady
 * budget is exceeded in a JVM that does not compile as production does.
 *
 * {@snippet class="io.watertight.testing.AllocationBudgetTest" region="budget"}
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@ExtendWith(AllocationBudgetExtension.class)
@SuppressWarnings("exports") // JUnit alone makes the extension
public @interface AllocationBudget {
    /**
     * Returns the budget, in bytes per run of the body; 0.01 B more are tolerated.
     *
     * @return bytes, not negative
     */
    double bytesPerOperation() default 0;

    /**
     * Returns what the budget is compared with.
     *
     * @return the mode
     */
    AllocationMode mode() default AllocationMode.STRICT;

    /**
     * Returns whether the budget is in the baseline file instead, under the name of the class and the method; then
     * {@code bytesPerOperation} must be left alone and the mode is steady. See {@link AllocationBaseline}.
     *
     * @return true to compare with the baseline
     */
    boolean baseline() default false;
}
