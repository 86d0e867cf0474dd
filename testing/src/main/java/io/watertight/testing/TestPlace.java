package io.watertight.testing;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The class and method that a context of JUnit belongs to: its own, or, for a dynamic test, those of its factory.
 *
 * @param name how failures name it
 */
record TestPlace(@Nullable Class<?> type, @Nullable Method method, String name) {

    static TestPlace unknown(String name) {
        return new TestPlace(null, null, name);
    }

    static TestPlace of(ExtensionContext context) {
        ExtensionContext at = context;
        while (at.getTestClass().isEmpty() && at.getParent().isPresent()) {
            at = at.getParent().get();
        }
        Class<?> type = at.getTestClass().orElse(null);
        Method method = at.getTestMethod().orElse(null);
        return new TestPlace(type, method, name(type, method, context.getDisplayName()));
    }

    /** Whether a frame is in the method of the test, or in a lambda of it. */
    boolean isAt(StackTraceElement frame) {
        return type != null
                && method != null
                && frame.getClassName().equals(method.getDeclaringClass().getName())
                && (frame.getMethodName().equals(method.getName())
                        || frame.getMethodName().startsWith("lambda$" + method.getName() + "$"));
    }

    private static String name(@Nullable Class<?> type, @Nullable Method method, String displayName) {
        String ofType = type == null ? "" : simpleName(type);
        if (method == null) {
            return "class " + ofType;
        }
        String ofMethod = method.getName();
        return "test " + ofType + "." + ofMethod + (displayName.startsWith(ofMethod) ? "" : " [" + displayName + "]");
    }

    /** With the classes around it. */
    private static String simpleName(Class<?> type) {
        Class<?> enclosing = type.getEnclosingClass();
        return enclosing == null ? type.getSimpleName() : simpleName(enclosing) + "." + type.getSimpleName();
    }
}
