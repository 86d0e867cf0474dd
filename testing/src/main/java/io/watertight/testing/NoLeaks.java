package io.watertight.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fails the tests of a class that leave something behind: resources that are tracked by this library, threads,
 * executors. The same as {@code @ExtendWith(LeakCheck.class)}, with settings; see {@link LeakCheck}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@ExtendWith(LeakCheck.class)
public @interface NoLeaks {
    /** When is looked for what is left behind. */
    enum Per {
        /** After each test, and once more after the class for what the class itself opened. */
        METHOD,
        /** After the class: its tests may pass resources on to each other. */
        CLASS,
        /** After all tests: classes may pass resources on to each other. */
        SUITE
    }

    /**
     * When to look; whoever opened a resource is named all the same.
     *
     * @return after each method by default
     */
    Per per() default Per.METHOD;

    /**
     * Whether to watch resources of the JDK that the code under test opens itself, such as streams, sockets and
     * executors; needs Byte Buddy and its agent on the class path of the tests.
     *
     * @return false by default
     */
    boolean jdkResources() default false;
}
