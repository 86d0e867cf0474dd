package io.watertight.testing;

import static io.watertight.testing.LeakyGround.DETECTOR;
import static io.watertight.testing.LeakyGround.keep;
import static io.watertight.testing.LeakyGround.untilTheEnd;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Many tests at once. */
final class LeakyCrowd {
    private LeakyCrowd() {}

    /** Every other test leaves a resource, a thread, and one that a thread of it opened, all marked with its number. */
    @NoLeaks
    static class EveryOther {
        @RepeatedTest(40)
        void test(RepetitionInfo repetition) throws InterruptedException {
            int number = repetition.getCurrentRepetition();
            String mark = "<" + number + ">";
            Thread opener = new Thread(() -> {
                var guard = DETECTOR.site("inside " + mark).open(new Object(), ignored -> {});
                if (number % 2 == 0) {
                    guard.close();
                } else {
                    keep(guard);
                }
            });
            opener.start();
            if (number % 2 != 0) {
                keep(DETECTOR.site("own " + mark).open(new Object(), ignored -> {}));
                Thread left = untilTheEnd("left " + mark);
                Thread starter = new Thread(left::start);
                starter.start();
                starter.join();
            }
            opener.join();
        }
    }

    /** A checked test that lasts until an unchecked one is over, which runs at the same time. */
    static final class Meeting {
        static volatile CyclicBarrier begin = new CyclicBarrier(2);
        static volatile CountDownLatch end = new CountDownLatch(1);

        private Meeting() {}

        static void begin() {
            begin = new CyclicBarrier(2);
            end = new CountDownLatch(1);
        }
    }

    @NoLeaks
    static class Checked {
        @Test
        void lastsLonger() throws Exception {
            Meeting.begin.await(1, TimeUnit.MINUTES);
            LeakyGround.await(Meeting.end);
        }
    }

    static class Unchecked {
        @Test
        void leaves() throws Exception {
            Meeting.begin.await(1, TimeUnit.MINUTES);
            keep(DETECTOR.open(new Object(), ignored -> {}));
            untilTheEnd("of-the-unchecked").start();
            Meeting.end.countDown();
        }
    }
}
