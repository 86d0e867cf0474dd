package io.watertight.concurrency;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;

/** Finds actions that hold the very object whose end should end them. Looks at their own fields, where they can be read. */
final class Captures {
    private Captures() {}

    static void refuse(Object owner, Object action) {
        for (Class<?> type = action.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (holds(field, action, owner)) {
                    throw new IllegalArgumentException(
                            "the action holds the owner in field '" + field.getName() + "' of " + nameOf(type)
                                    + ", so the owner can never be collected; use the owner that is passed to it");
                }
            }
        }
        if (action == owner) {
            throw new IllegalArgumentException("the action is the owner itself, so the owner can never be collected");
        }
    }

    private static boolean holds(Field field, Object action, Object owner) {
        try {
            return !Modifier.isStatic(field.getModifiers())
                    && !field.getType().isPrimitive()
                    && field.trySetAccessible()
                    && field.get(action) == owner;
        } catch (IllegalAccessException impossibleAfterSetAccessible) {
            throw new AssertionError(impossibleAfterSetAccessible);
        }
    }

    /** Lambdas have names that nobody can look up. */
    private static String nameOf(Class<?> type) {
        int lambda = type.getName().indexOf("$$Lambda");
        return lambda < 0
                ? type.getName()
                : "a lambda or method reference in " + type.getName().substring(0, lambda);
    }
}
