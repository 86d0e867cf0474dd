package io.watertight.testing;

import java.util.List;

/** Which line of a stack a person wants to see. */
final class Frames {
    private static final List<String> NOT_OF_USERS =
            List.of("java.", "javax.", "jdk.", "sun.", "com.sun.", "net.bytebuddy.", "io.watertight.testing.internal.");

    private Frames() {}

    /** The stack from the first frame on that is not the JDK's; the whole one if there is none. */
    static List<StackTraceElement> ofUser(List<StackTraceElement> stack) {
        List<StackTraceElement> rest =
                stack.stream().dropWhile(frame -> !isOfUser(frame)).toList();
        return rest.isEmpty() ? stack : rest;
    }

    static boolean hasNoneOfUser(List<StackTraceElement> stack) {
        return stack.stream().noneMatch(Frames::isOfUser);
    }

    private static boolean isOfUser(StackTraceElement frame) {
        return isOfUser(frame.getClassName());
    }

    /** Of a frame, or of the name of a class. */
    static boolean isOfUser(String frame) {
        return NOT_OF_USERS.stream().noneMatch(frame::startsWith);
    }

    /** Class, method, file and line of the first frame, without its module. */
    static String line(List<StackTraceElement> stack) {
        if (stack.isEmpty()) {
            return "(unknown)";
        }
        StackTraceElement frame = stack.get(0);
        return frame.getClassName() + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
                + frame.getLineNumber() + ")";
    }

    /** The line, and the line of the test itself where it called something else. */
    static String line(List<StackTraceElement> stack, TestPlace test) {
        List<StackTraceElement> fromTest =
                stack.stream().dropWhile(frame -> !test.isAt(frame)).toList();
        boolean same = fromTest.isEmpty() || fromTest.size() == stack.size();
        return same ? line(stack) : line(stack) + ", called at " + line(fromTest);
    }

    static boolean isStaticInitializer(List<StackTraceElement> stack) {
        return stack.stream().anyMatch(frame -> frame.getMethodName().equals("<clinit>"));
    }
}
