package io.watertight.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Fails a test that does not leak as said: for tests of what a program does about leaks. On a factory of dynamic tests it
 * speaks of each of them; on a repeated or parameterized test, of each invocation.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(ExpectLeak.List.class)
@Documented
public @interface ExpectLeak {
    /**
     * The type as failures say it: a detector's type, {@code thread}, {@code executor} or {@code virtual thread}.
     *
     * @return the type, or {@code *} for any
     */
    String type();

    /**
     * Narrows it down.
     *
     * @return a part of the acquisition line, of the site's label, or of the thread's name; empty for any
     */
    String at() default "";

    /**
     * How many such leaks the test must make, exactly.
     *
     * @return the number, at least 1
     */
    int count() default 1;

    /** Several of them. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @Documented
    @interface List {
        /**
         * The single ones.
         *
         * @return all of them
         */
        ExpectLeak[] value();
    }
}
