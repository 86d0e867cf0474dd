package io.watertight.testing;

import java.lang.ref.WeakReference;
import java.util.List;

/** An object that must be collected, held weakly, and why. Made by {@link Retention#expectCollected}; thread-safe. */
public final class RetentionExpectation {
    private final WeakReference<?> reference;
    private final String type;
    private final String why;

    RetentionExpectation(Object object, String why) {
        this.reference = new WeakReference<>(object);
        this.type = object.getClass().getTypeName();
        this.why = why;
    }

    RetentionExpectation(WeakReference<?> reference) {
        Object object = reference.get();
        this.reference = reference;
        this.type = object == null ? "(collected)" : object.getClass().getTypeName();
        this.why = "it should have been let go";
    }

    /**
     * Says whether the object has been collected, without asking the collector.
     *
     * @return true if it has
     */
    public boolean isCollected() {
        return reference.refersTo(null);
    }

    /**
     * Collects, and asserts that the object is gone. To verify many, {@link Retention#verifyAll} is faster.
     *
     * @throws AssertionError if the object is still strongly or softly reachable, with the chain that holds it
     */
    public void verify() {
        RetentionCheck.verify(List.of(this));
    }

    WeakReference<?> reference() {
        return reference;
    }

    String type() {
        return type;
    }

    String why() {
        return why;
    }

    @Override
    public String toString() {
        return type + (isCollected() ? ", collected" : ", not collected") + " (" + why + ")";
    }
}
