package io.watertight.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The objects of test classes that were made for tests that have not begun, by the thread that made them. Some never begin,
 * because they are disabled or because a constructor throws.
 */
final class MadeInstances {
    private final ConcurrentMap<Thread, Instance> instances = new ConcurrentHashMap<>();

    /** An object with those of the classes around it, which are made first. Used by the thread that makes them. */
    static final class Instance {
        private final CheckedScope scope;
        private @Nullable Class<?> made;
        private int underWay;

        Instance(CheckedScope scope) {
            this.scope = scope;
        }

        CheckedScope scope() {
            return scope;
        }

        /** Whether an object of this class goes with it; also when this extension is registered twice. */
        boolean goesOnWith(Class<?> type) {
            return underWay > 0 || made == type.getEnclosingClass();
        }

        void make(Class<?> type) {
            made = type;
            underWay++;
        }

        void isMade() {
            underWay--;
        }
    }

    @Nullable
    Instance here() {
        return instances.get(Thread.currentThread());
    }

    void put(Instance instance) {
        instances.put(Thread.currentThread(), instance);
    }

    /** Takes the scope of what was made on this thread. */
    @Nullable
    CheckedScope take() {
        Instance instance = instances.remove(Thread.currentThread());
        return instance == null ? null : instance.scope();
    }

    /** Takes the scopes of what was made, on whatever thread, right inside another one; null: of all. */
    List<CheckedScope> takeInside(@Nullable CheckedScope outer) {
        List<CheckedScope> taken = new ArrayList<>();
        instances.forEach((thread, instance) -> {
            boolean isInside = outer == null || instance.scope().outer() == outer;
            if (isInside && instances.remove(thread, instance)) {
                taken.add(instance.scope());
            }
        });
        return taken;
    }
}
