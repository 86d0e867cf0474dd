package io.watertight.guards;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds cleanups that hold the very object whose loss should trigger them: the commonest way to make a cleaner that never
 * runs. Looks at the fields of the action and of the resource, one level deep.
 */
final class SelfCapture {
    private static final Logger LOG = LoggerFactory.getLogger(SelfCapture.class);
    /** Readable instance fields, kept with their class and gone with it. */
    private static final ClassValue<Field[]> FIELDS = new ClassValue<>() {
        @Override
        protected Field[] computeValue(Class<?> type) {
            return readableFields(type);
        }
    };

    private SelfCapture() {}

    /**
     * Refuses a capture.
     *
     * @throws NullPointerException if {@code referent} is null
     * @throws IllegalArgumentException if the referent is the resource or the action, or a field of either holds it
     */
    static void check(Object referent, Object resource, Object action) {
        check(referent, action);
        checkOne(referent, "resource", resource);
    }

    /** For an action without a resource. */
    static void check(Object referent, Object action) {
        Objects.requireNonNull(referent, "referent must not be null");
        checkOne(referent, "action", action);
    }

    private static void checkOne(Object referent, String role, Object holder) {
        if (holder == referent) {
            throw new IllegalArgumentException("the " + role + " is the referent itself, so the referent can never be"
                    + " found dropped; hand in only what the cleanup needs");
        }
        for (Field field : FIELDS.get(holder.getClass())) {
            if (read(field, holder) == referent) {
                throw new IllegalArgumentException(
                        "the " + role + " holds the referent in field '" + field.getName() + "' of "
                                + nameOf(holder.getClass()) + ", so the referent can never be found dropped;"
                                + " make the action static and hand in only what the cleanup needs");
            }
        }
    }

    /** Lambdas have names that nobody can look up. */
    private static String nameOf(Class<?> type) {
        int lambda = type.getName().indexOf("$$Lambda");
        return lambda < 0
                ? type.getName()
                : "a lambda or method reference in " + type.getName().substring(0, lambda);
    }

    private static Object read(Field field, Object holder) {
        try {
            return field.get(holder);
        } catch (IllegalAccessException impossibleAfterSetAccessible) {
            throw new AssertionError(impossibleAfterSetAccessible);
        }
    }

    private static Field[] readableFields(Class<?> type) {
        var readable = new ArrayList<Field>();
        for (Class<?> current = type; current != null; current = current.getSuperclass()) {
            for (Field field : current.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive()) {
                    continue;
                }
                if (field.trySetAccessible()) {
                    readable.add(field);
                } else {
                    LOG.debug(
                            "guard: field '{}' of {} cannot be read; whether it captures the referent is unverifiable",
                            field.getName(),
                            current.getName());
                }
            }
        }
        return readable.toArray(new Field[0]);
    }
}
