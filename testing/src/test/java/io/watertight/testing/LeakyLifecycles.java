package io.watertight.testing;

import static io.watertight.testing.LeakyGround.DETECTOR;
import static io.watertight.testing.LeakyGround.here;
import static io.watertight.testing.LeakyGround.keep;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.watertight.guards.Guard;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every moment of JUnit's life cycle at which something can be left behind. */
final class LeakyLifecycles {
    private LeakyLifecycles() {}

    private static Guard<Object> open() {
        return DETECTOR.open(new Object(), ignored -> {});
    }

    @NoLeaks
    static class FieldInitialiser {
        private final Guard<Object> field = here(DETECTOR).open(new Object(), ignored -> {});

        @Test
        void leaves() {
            keep(field);
        }

        @Test
        void closes() {
            field.close();
        }
    }

    @NoLeaks
    static class OpensBeforeEach {
        private Guard<Object> opened;

        @BeforeEach
        void open() {
            opened = here(DETECTOR).open(new Object(), ignored -> {});
        }

        @Test
        void leaves() {
            keep(opened);
        }

        @Test
        void closes() {
            opened.close();
        }
    }

    @NoLeaks
    static class OpensAfterEach {
        private Guard<Object> opened;

        @Test
        void opensForLater() {
            opened = open();
        }

        @Test
        void leaves() {
            opened = open();
        }

        @AfterEach
        void close(TestInfo test) {
            opened.close();
            if (test.getDisplayName().equals("leaves()")) {
                keep(here(DETECTOR).open(new Object(), ignored -> {}));
            }
        }
    }

    @NoLeaks
    static class OpensBeforeAll {
        @BeforeAll
        static void open() {
            keep(here(DETECTOR).open(new Object(), ignored -> {}));
        }

        @Test
        void one() {}

        @Test
        void two() {}
    }

    @NoLeaks
    static class ClosedAfterAll {
        private static Guard<Object> opened;

        @BeforeAll
        static void openOne() {
            opened = open();
        }

        @Test
        void one() {}

        @AfterAll
        static void close() {
            opened.close();
        }
    }

    @NoLeaks
    static class Dynamic {
        @TestFactory
        Stream<DynamicNode> factory() {
            return Stream.of(
                    dynamicTest("clean", () -> open().close()),
                    dynamicTest("leaky", Dynamic::leak),
                    dynamicContainer("inside", Stream.of(dynamicTest("deep", Dynamic::leakDeep))));
        }

        private static void leak() {
            keep(here(DETECTOR).open(new Object(), ignored -> {}));
        }

        private static void leakDeep() {
            keep(here(DETECTOR).open(new Object(), ignored -> {}));
        }
    }

    @NoLeaks
    static class Factory {
        @TestFactory
        Stream<DynamicNode> factory() {
            keep(here(DETECTOR).open(new Object(), ignored -> {}));
            return Stream.of(dynamicTest("clean", () -> {}));
        }
    }

    @NoLeaks
    static class Invocations {
        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3})
        void parameterized(int number) {
            if (number == 2) {
                keep(here(DETECTOR).open(new Object(), ignored -> {}));
            }
        }

        @RepeatedTest(3)
        void repeated(org.junit.jupiter.api.RepetitionInfo repetition) {
            if (repetition.getCurrentRepetition() == 3) {
                keep(here(DETECTOR).open(new Object(), ignored -> {}));
            }
        }
    }

    @NoLeaks
    static class Outside {
        private final Guard<Object> ofOutside = open();

        @AfterEach
        void close() {
            ofOutside.close();
        }

        @Test
        void clean() {}

        @Nested
        class Inside {
            private final Guard<Object> ofInside = here(DETECTOR).open(new Object(), ignored -> {});

            @Test
            void leavesField() {
                keep(ofInside);
            }

            @Test
            void leavesOwn() {
                ofInside.close();
                keep(here(DETECTOR).open(new Object(), ignored -> {}));
            }

            @Test
            void clean() {
                ofInside.close();
            }
        }
    }

    @NoLeaks
    @TestInstance(Lifecycle.PER_CLASS)
    static class OneObject {
        private final Guard<Object> field = here(DETECTOR).open(new Object(), ignored -> {});

        @BeforeAll
        void keepIt() {
            keep(field);
        }

        @Test
        void leaves() {
            keep(here(DETECTOR).open(new Object(), ignored -> {}));
        }

        @Test
        void clean() {
            open().close();
        }
    }

    @NoLeaks
    static class Fails {
        @Test
        void failsAndLeaks() {
            keep(here(DETECTOR).open(new Object(), ignored -> {}));
            throw new IllegalStateException("of the test");
        }

        @Test
        void onlyFails() {
            throw new IllegalStateException("of the test");
        }

        @Test
        void abortedAndLeaks() {
            keep(here(DETECTOR).open(new Object(), ignored -> {}));
            Assumptions.abort("of the test");
        }

        @Test
        void onlyAborted() {
            Assumptions.abort("of the test");
        }

        @TestFactory
        Stream<DynamicNode> dynamic() {
            return Stream.of(dynamicTest("failsAndLeaks", () -> {
                keep(here(DETECTOR).open(new Object(), ignored -> {}));
                throw new IllegalStateException("of the test");
            }));
        }
    }

    /** JUnit makes the object of a disabled test, and then goes on to the next. */
    @NoLeaks
    static class Disabled {
        private final Guard<Object> field = here(DETECTOR).open(new Object(), ignored -> {});

        @Test
        @DisabledIfSystemProperty(named = "java.version", matches = ".*")
        void never() {}

        Disabled() {
            keep(field);
        }
    }

    @NoLeaks
    static class FailingConstructor {
        FailingConstructor() {
            keep(here(DETECTOR).open(new Object(), ignored -> {}));
            throw new IllegalStateException("of the constructor");
        }

        @Test
        void never() {}
    }
}
