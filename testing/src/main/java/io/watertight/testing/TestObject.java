package io.watertight.testing;

import org.jspecify.annotations.Nullable;

/** The object of a test that is being made, or is made while its test has not begun. Used by one thread. */
final class TestObject {
    private final CheckedScope scope;
    private @Nullable Class<?> type;
    private int underWay;

    TestObject(CheckedScope scope) {
        this.scope = scope;
    }

    CheckedScope scope() {
        return scope;
    }

    /**
     * Whether an object of a class belongs to this one: that of a nested class is made together with the one around it, and
     * this extension may be registered twice.
     */
    boolean goesOnWith(Class<?> next) {
        return underWay > 0 || type == next.getEnclosingClass();
    }

    void make(Class<?> next) {
        type = next;
        underWay++;
    }

    void isMade() {
        underWay--;
    }
}
