package io.watertight.caches;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds values that hold their weak key, which therefore is never let go. Looks at the fields of the value and at the fields of
 * what is in them, for the first values of each class; classes of the JDK keep their fields to themselves, so collections are
 * not looked into.
 */
final class KeyReach {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedMap.class);
    private static final int DEPTH = 2;
    private static final int LOOKS = 64;

    /** What is known of a class; kept with the class, and gone with it. */
    private static final ClassValue<Known> KNOWN = new ClassValue<>() {
        @Override
        protected Known computeValue(Class<?> type) {
            return new Known(readableFields(type));
        }
    };

    private KeyReach() {}

    private static final class Known {
        final List<Field> fields;
        /** Racy: a few looks more, or a warning twice, do no harm. */
        int looks;

        Known(List<Field> fields) {
            this.fields = fields;
        }
    }

    /** Warns if a value holds its key, unless its class was looked at often enough. */
    static void check(String subject, Object key, Object value) {
        Known known = KNOWN.get(value.getClass());
        if (known.looks >= LOOKS) {
            return;
        }
        known.looks++;
        String path = pathTo(key, value, DEPTH);
        if (path != null) {
            known.looks = LOOKS;
            LOG.warn(
                    "{}: a value of {} holds its own weak key in {}; such an entry is never let go:"
                            + " hold the key weakly there, or not at all",
                    subject,
                    value.getClass(),
                    path);
        }
    }

    @SuppressWarnings("ReferenceEquality") // the very key
    private static @Nullable String pathTo(Object key, Object holder, int depth) {
        if (holder == key) {
            return "itself";
        }
        for (Field field : KNOWN.get(holder.getClass()).fields) {
            Object there = read(field, holder);
            if (there == null) {
                continue;
            }
            String name = field.getDeclaringClass().getSimpleName() + "." + field.getName();
            if (there == key) {
                return name;
            }
            String further = depth > 1 ? pathTo(key, there, depth - 1) : null;
            if (further != null) {
                return name + " -> " + further;
            }
        }
        return null;
    }

    private static @Nullable Object read(Field field, Object holder) {
        try {
            return field.get(holder);
        } catch (IllegalAccessException impossibleAfterSetAccessible) {
            throw new AssertionError(impossibleAfterSetAccessible);
        }
    }

    private static List<Field> readableFields(Class<?> type) {
        List<Field> readable = new ArrayList<>();
        for (Class<?> current = type; current != null; current = current.getSuperclass()) {
            for (Field field : current.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())
                        && !field.getType().isPrimitive()
                        && field.trySetAccessible()) {
                    readable.add(field);
                }
            }
        }
        return List.copyOf(readable);
    }
}
