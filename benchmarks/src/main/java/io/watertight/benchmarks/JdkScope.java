package io.watertight.benchmarks;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's StructuredTaskScope as it is in Java 25, a preview there: a class that names it
 * would run on 25 only, and with {@code --enable-preview}. The handles are constants, so the compiled code is that of direct
 * calls. This class cannot be initialized on another version.
 */
final class JdkScope {
    private static final String NAME = "java.util.concurrent.StructuredTaskScope";

    private static final MethodHandle OPEN;
    private static final MethodHandle FORK;
    private static final MethodHandle JOIN;
    private static final MethodHandle GET;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> scope = Class.forName(NAME);
            Class<?> subtask = Class.forName(NAME + "$Subtask");
            OPEN = lookup.findStatic(scope, "open", MethodType.methodType(scope))
                    .asType(MethodType.methodType(AutoCloseable.class));
            FORK = lookup.findVirtual(scope, "fork", MethodType.methodType(subtask, Callable.class))
                    .asType(MethodType.methodType(Object.class, AutoCloseable.class, Callable.class));
            JOIN = lookup.findVirtual(scope, "join", MethodType.methodType(Object.class))
                    .asType(MethodType.methodType(Object.class, AutoCloseable.class));
            GET = lookup.findVirtual(subtask, "get", MethodType.methodType(Object.class))
                    .asType(MethodType.methodType(Object.class, Object.class));
        } catch (ReflectiveOperationException missing) {
            throw new ExceptionInInitializerError(missing);
        }
    }

    private JdkScope() {}

    /** Forks so many children, awaits that all succeed, and adds their results. */
    static int sum(Callable<Integer> child, int children) throws Throwable {
        @Nullable Object[] subtasks = new Object[children];
        try (AutoCloseable scope = (AutoCloseable) OPEN.invokeExact()) {
            for (int i = 0; i < children; i++) {
                subtasks[i] = (Object) FORK.invokeExact(scope, child);
            }
            Object nothing = (Object) JOIN.invokeExact(scope);
            int sum = 0;
            for (Object subtask : subtasks) {
                sum += (Integer) (Object) GET.invokeExact(subtask);
            }
            return sum;
        }
    }
}
