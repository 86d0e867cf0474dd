package io.watertight.concurrency;

import io.watertight.guards.internal.Texts;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of a task that does not end, or of tasks that find no thread; see {@link ExecutorBuilder#stuckAfter}.
 *
 * @param kind what three looks at the thread, 100 ms apart, have in common
 * @param executor the name of the executor
 * @param age for how long at least: the task has run, or a task that is queued has waited
 * @param thread the name of the thread; null if none runs a task
 * @param site where the task was submitted, where that is tracked
 * @param deadline until when the task was to be done; null if it has none
 * @param cancelled whether the task was cancelled, and goes on
 * @param stack where it was at the last look; where the oldest task is if the executor is starved
 * @param stuck how many tasks of this executor have run as long as a task that is reported
 * @param running how many tasks run
 * @param threads how many may
 * @param queued how many wait
 */
public record StuckReport(
        Kind kind,
        String executor,
        Duration age,
        @Nullable String thread,
        String site,
        @Nullable Deadline deadline,
        boolean cancelled,
        List<StackTraceElement> stack,
        int stuck,
        int running,
        int threads,
        int queued) {

    /** What the looks at a thread have in common. */
    public enum Kind {
        /** The same stack each time, and not running Java code: it waits for something. */
        BLOCKED("blocked", "what it waits for may never come; give the wait a time-out, or the task a deadline"),
        /** It runs, and uses a processor. */
        HOT(
                "busy",
                "a loop may have no end, or too much to do; let it look at its token, and give the task a deadline"),
        /** Something in between: it waits now and then, and goes on. */
        SLOW("slow", "it goes on, but does not come to an end; give the task a deadline"),
        /** Tasks wait for a thread, as those that run do not end. */
        STARVED(
                "starved",
                "do not let tasks wait for tasks of the same executor; give what they wait for a time-out, or the executor more"
                        + " threads");

        private final String word;
        private final String nextStep;

        Kind(String word, String nextStep) {
            this.word = word;
            this.nextStep = nextStep;
        }
    }

    /**
     * Copies the stack.
     *
     * @param kind what was seen
     * @param executor the name of the executor
     * @param age for how long
     * @param thread the name of the thread
     * @param site where the task was submitted
     * @param deadline until when it was to be done
     * @param cancelled whether it was cancelled
     * @param stack where it is
     * @param stuck how many tasks are
     * @param running how many run
     * @param threads how many may
     * @param queued how many wait
     */
    public StuckReport {
        stack = List.copyOf(stack);
    }

    /**
     * Says everything in one line for a log.
     *
     * @return the line
     */
    public String message() {
        StringBuilder text = new StringBuilder("executor '").append(executor).append("': ");
        if (kind == Kind.STARVED) {
            text.append("a task has waited for a thread for at least ").append(Texts.time(age));
        } else {
            text.append("a task has run for at least ").append(Texts.time(age));
            text.append(cancelled ? " although it was cancelled, " : ", ").append(kind.word);
        }
        text.append(" (")
                .append(kind == Kind.STARVED ? "" : "stuck=" + stuck + ", ")
                .append("running=")
                .append(running)
                .append(" of ")
                .append(threads)
                .append(", queued=")
                .append(queued)
                .append(deadline == null ? "" : ", " + deadline)
                .append(')');
        if (thread != null) {
            text.append("; ")
                    .append(kind == Kind.STARVED ? "the oldest that runs was" : "it was")
                    .append(" submitted at ")
                    .append(site)
                    .append(", is on '")
                    .append(thread)
                    .append("', now at ")
                    .append(where());
        }
        return text.append("; ").append(kind.nextStep).toString();
    }

    /** The innermost frame, and the innermost of those that are not the JDK's. */
    private String where() {
        if (stack.isEmpty()) {
            return "(nowhere)";
        }
        String innermost = text(stack.get(0));
        return stack.stream()
                .filter(frame -> !isOfTheJdk(frame))
                .findFirst()
                .map(caller -> caller.equals(stack.get(0)) ? innermost : innermost + ", called by " + text(caller))
                .orElse(innermost);
    }

    /** Without its class loader and module. */
    private static String text(StackTraceElement frame) {
        return new StackTraceElement(
                        frame.getClassName(), frame.getMethodName(), frame.getFileName(), frame.getLineNumber())
                .toString();
    }

    private static boolean isOfTheJdk(StackTraceElement frame) {
        String name = frame.getClassName();
        return name.startsWith("java.") || name.startsWith("jdk.") || name.startsWith("sun.");
    }

    @Override
    public String toString() {
        return "StuckReport[" + message() + "]";
    }
}
