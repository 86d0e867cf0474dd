package io.watertight.testing;

import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.opentest4j.TestAbortedException;

/** Measures what is known, in a JVM with unusual flags; ends with 0 if all answers are right. */
final class AllocationLaunchMain {
    static volatile Object sink;
    private static long calls;

    private AllocationLaunchMain() {}

    public static void main(String[] arguments) {
        if (arguments[0].equals("disabled")) {
            disabled();
            return;
        }
        ObjectLayout layout = ObjectLayout.current();
        double object = layout.sizeOf(layout.headerBytes());
        expect(object, () -> sink = new Object());
        expect(object / 64, () -> {
            if (calls++ % 64 == 0) {
                sink = new Object();
            }
        });
        expect(0, () -> calls++);
        ArrayDeque<String> queue = new ArrayDeque<>();
        Allocations.assertAllocatesNothing(() -> {
            queue.offer("job");
            queue.poll();
        });
        boolean removes = arguments[0].equals("removes");
        try {
            Allocations.assertAllocatesAtMost(0, AllocationMode.STEADY, AllocationLaunchMain::sum);
            require(removes, "an iterator vanished where nothing removes it");
        } catch (TestAbortedException refused) {
            require(!removes, refused.getMessage());
        }
        try {
            Allocations.assertAllocatesAtMost(0, AllocationMode.STEADY, () -> sink = new byte[8]);
            require(false, "a budget was not enforced");
        } catch (TestAbortedException refused) {
            require(!removes, refused.getMessage());
        } catch (AssertionError exceeded) {
            require(removes && exceeded.getMessage().contains("byte[] at"), exceeded.getMessage());
        }
    }

    private static final List<Integer> NUMBERS = new ArrayList<>(List.of(1, 2, 3));

    private static void sum() {
        for (int number : NUMBERS) {
            calls += number;
        }
    }

    private static void expect(double bytes, AllocatingOperation operation) {
        AllocationResult result = Allocations.measure(operation);
        require(result.bytesPerOperation() == bytes && result.settled(), bytes + " expected, " + result.message());
    }

    private static void disabled() {
        ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).setThreadAllocatedMemoryEnabled(false);
        try {
            Allocations.measure(() -> {});
        } catch (AllocationUnavailableException refused) {
            require(refused.getMessage().contains("switched off"), refused.getMessage());
            return;
        }
        throw new IllegalStateException("not refused");
    }

    private static void require(boolean right, String otherwise) {
        if (!right) {
            throw new IllegalStateException(otherwise);
        }
    }
}
