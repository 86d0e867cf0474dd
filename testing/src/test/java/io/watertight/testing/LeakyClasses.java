package io.watertight.testing;

import static io.watertight.testing.LeakyGround.DETECTOR;
import static io.watertight.testing.LeakyGround.here;
import static io.watertight.testing.LeakyGround.keep;
import static io.watertight.testing.LeakyGround.untilTheEnd;

import io.watertight.guards.Guard;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Classes that declare the check in their own way. */
final class LeakyClasses {
    private LeakyClasses() {}

    static void leakLikeAllOthers() {
        keep(DETECTOR.open(new Object(), ignored -> {}));
    }

    /** One test hands a resource over to the next; the last one leaks for itself. */
    @NoLeaks(per = NoLeaks.Per.CLASS)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    @Execution(ExecutionMode.SAME_THREAD)
    static class PassesOn {
        private static Guard<Object> passedOn;

        @Test
        @Order(1)
        void opens() {
            passedOn = DETECTOR.open(new Object(), ignored -> {});
        }

        @Test
        @Order(2)
        void closes() {
            passedOn.close();
        }

        @Test
        @Order(3)
        void leaves() throws Exception {
            keep(here(DETECTOR).open(new Object(), ignored -> {}));
        }

        @Test
        @Order(4)
        void leavesThread() {
            here(untilTheEnd("left-by-class")).start();
        }

        @Test
        @Order(5)
        void leavesExecutor() throws Exception {
            ExecutorService executor = untilTheEnd(Executors.newSingleThreadExecutor());
            here(executor).submit(() -> {}).get();
        }
    }

    @NoLeaks(per = NoLeaks.Per.SUITE)
    static class FirstOfSuite {
        static volatile Guard<Object> passedOn;

        @Test
        void opens() {
            passedOn = DETECTOR.open(new Object(), ignored -> {});
        }

        @Test
        void leaves() {
            keep(here(DETECTOR).open(new Object(), ignored -> {}));
        }

        @Test
        void leavesThread() {
            here(untilTheEnd("left-by-suite")).start();
        }
    }

    @NoLeaks(per = NoLeaks.Per.SUITE)
    static class LastOfSuite {
        @Test
        void closes() {
            FirstOfSuite.passedOn.close();
        }
    }

    @ExtendWith(LeakCheck.class)
    static class DeclaredByExtendWith {
        @Test
        void leaves() {
            leakLikeAllOthers();
        }
    }

    static class DeclaredByInheritance extends DeclaredByExtendWith {
        @Test
        void leavesToo() {
            leakLikeAllOthers();
        }
    }

    static class DeclaredOnMethod {
        @Test
        @ExtendWith(LeakCheck.class)
        void leaves() {
            leakLikeAllOthers();
        }

        @Test
        void unchecked() {
            leakLikeAllOthers();
        }
    }

    static class DeclaredByField {
        @RegisterExtension
        static final LeakCheck CHECK = new LeakCheck();

        @Test
        void leaves() {
            leakLikeAllOthers();
        }
    }

    static class DeclaredByInstanceField {
        @RegisterExtension
        final LeakCheck check = new LeakCheck();

        @Test
        void leaves() {
            leakLikeAllOthers();
        }
    }

    @NoLeaks
    static class DeclaredTwice {
        @RegisterExtension
        static final LeakCheck CHECK = new LeakCheck();

        private final Guard<Object> field = DETECTOR.open(new Object(), ignored -> {});

        @Test
        void leaves() {
            field.close();
            leakLikeAllOthers();
        }

        @Test
        void leavesField() {
            keep(field);
        }

        @Test
        void clean() {
            field.close();
        }
    }
}
