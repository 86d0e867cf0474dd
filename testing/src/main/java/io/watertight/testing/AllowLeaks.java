package io.watertight.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Accepts leaks of one type in a test or in a class of tests, with the reason. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(AllowLeaks.List.class)
@Inherited
@Documented
public @interface AllowLeaks {
    /**
     * The type as failures say it: a detector's type, {@code thread}, {@code executor} or {@code virtual thread}.
     *
     * @return the type, or {@code *} for all
     */
    String type();

    /**
     * Narrows it down.
     *
     * @return a part of the acquisition line, of the site's label, or of the thread's name; empty for all
     */
    String at() default "";

    /**
     * Why this leak is right, or who repairs it when.
     *
     * @return the reason; must not be blank
     */
    String reason();

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD})
    @Retention(RetentionPolicy.RUNTIME)
    @Inherited
    @Documented
    @interface List {
        /**
         * The single ones.
         *
         * @return all of them
         */
        AllowLeaks[] value();
    }
}
