package io.watertight.caches;

import org.jspecify.annotations.Nullable;

/** What a map refuses: null, and values that somebody would have to close; and what it warns of. */
final class MapRules {
    /** Kept with the class, and gone with it. Quicker than to ask a value of a class with many interfaces for one more. */
    private static final ClassValue<Boolean> CLOSEABLE = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return AutoCloseable.class.isAssignableFrom(type);
        }
    };

    /** For example {@code watched map 'sessions'}. */
    private final String subject;

    private final boolean weakKeys;

    MapRules(String subject, boolean weakKeys) {
        this.subject = subject;
        this.weakKeys = weakKeys;
    }

    void check(@Nullable Object key, @Nullable Object value) {
        checkKey(key);
        checkValue(value);
        if (weakKeys && key != null && value != null) {
            KeyReach.check(subject, key, value);
        }
    }

    void checkKey(@Nullable Object key) {
        if (key == null) {
            throw new NullPointerException(
                    subject + ": a key must not be null; null is how a map says that there is nothing");
        }
    }

    private void checkValue(@Nullable Object value) {
        if (value == null) {
            throw new NullPointerException(
                    subject
                            + ": a value must not be null; null is how a map says that there is nothing: remove the key instead");
        }
        if (CLOSEABLE.get(value.getClass())) {
            throw new IllegalArgumentException(subject + ": a value of " + value.getClass()
                    + " is AutoCloseable, and a map closes nothing that is removed from it;"
                    + " keep it in a LeasedCache, which closes it after its last user");
        }
    }
}
