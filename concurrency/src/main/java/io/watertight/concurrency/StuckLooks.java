package io.watertight.concurrency;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Some looks at a thread in one and the same task, and what they have in common. Belongs to who scans. */
final class StuckLooks {
    static final int WANTED = 3;

    private final StackTraceElement[][] stacks = new StackTraceElement[WANTED][];
    private int count;
    private int running;
    private @Nullable TaskRecord<?> task;

    void add(Thread.State state, StackTraceElement[] stack, @Nullable TaskRecord<?> seen) {
        stacks[count] = stack;
        count++;
        task = seen;
        // A thread in a native method is RUNNABLE for the JVM, also if it waits for a socket.
        if (state == Thread.State.RUNNABLE && stack.length > 0 && !stack[0].isNativeMethod()) {
            running++;
        }
    }

    boolean isComplete() {
        return count == WANTED;
    }

    StuckReport.Kind kind() {
        if (running == count) {
            return StuckReport.Kind.HOT;
        }
        for (int i = 1; i < count; i++) {
            if (!Arrays.equals(stacks[0], stacks[i])) {
                return StuckReport.Kind.SLOW;
            }
        }
        return StuckReport.Kind.BLOCKED;
    }

    StackTraceElement[] lastStack() {
        return stacks[count - 1];
    }

    @Nullable
    TaskRecord<?> task() {
        return task;
    }
}
