package io.watertight.testing;

import io.watertight.diagnostics.internal.HeapDump;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

/**
 * Asserts that objects are let go, and says who holds them if they are not: the fields, array indices, map keys and the
 * thread on the shortest way from a root of the heap.
 *
 * <p>The chain comes from a heap dump, which stops the program for some ten milliseconds a megabyte, holds all its data, and
 * is deleted before the assertion fails. One is taken in a JVM by default; the system property
 * {@code watertight.retention.dumps} sets another number. None is taken when more than a gigabyte lives, or the number of megabytes
 * in {@code watertight.retention.limit}. {@code watertight.retention.keep} names a directory to keep the dumps in.
 *
 * <p>Where the collector cannot be controlled the test is aborted, as by a failed assumption; it never fails for that. Any
 * number of threads may use it. The methods block for three full collections, and keep an interrupt for later.
 */
public final class Retention {
    private Retention() {}

    /**
     * Notes that an object must be collected once its users are done, without holding it: call
     * {@link RetentionExpectation#verify()} then.
     *
     * @param object the object
     * @param why why nobody should hold it any more, for the message: {@code "the session was closed"}
     * @return what to verify later
     */
    public static RetentionExpectation expectCollected(Object object, String why) {
        return new RetentionExpectation(Objects.requireNonNull(object, "object"), Objects.requireNonNull(why, "why"));
    }

    /**
     * Runs a scenario and asserts that the object it returns can be collected afterwards. The lambda is what makes this
     * safe: a local variable in the test method itself would hold the object.
     *
     * @param scenario makes, uses and lets go of the object, and returns it
     * @throws Exception what the scenario throws
     * @throws AssertionError if the object is still strongly or softly reachable, with the chain that holds it
     * @throws NullPointerException if the scenario returns null
     */
    public static void assertCollectable(Callable<?> scenario) throws Exception {
        run(Objects.requireNonNull(scenario, "scenario")).verify();
    }

    private static RetentionExpectation run(Callable<?> scenario) throws Exception {
        Object object = Objects.requireNonNull(scenario.call(), "the scenario must return the object to collect");
        return new RetentionExpectation(object, "the scenario is over");
    }

    /**
     * Asserts that the referents can be collected. One heap dump serves all that are not.
     *
     * @param references to the objects; cleared ones are fine
     * @throws AssertionError if one is still strongly or softly reachable, with the chain that holds it
     */
    public static void assertCollectable(WeakReference<?>... references) {
        RetentionCheck.verify(
                Arrays.stream(references).map(RetentionExpectation::new).toList());
    }

    /**
     * Verifies several expectations with one collection and at most one heap dump.
     *
     * @param expectations what must have been collected
     * @throws AssertionError if an object is still strongly or softly reachable, with the chain that holds it
     */
    public static void verifyAll(List<RetentionExpectation> expectations) {
        RetentionCheck.verify(List.copyOf(expectations));
    }

    /**
     * Measures how much memory only this object keeps: its own size and that of everything that would go with it. Takes
     * a heap dump, whatever the limits are.
     *
     * @param object the object
     * @return bytes, right to within the gaps the JVM leaves between fields
     * @throws UncheckedIOException if the dump cannot be written or read
     * @throws UnsupportedOperationException if this JVM writes no heap dumps
     */
    public static long retainedBytes(Object object) {
        List<WeakReference<Object>> suspect = new ArrayList<>();
        suspect.add(new WeakReference<>(Objects.requireNonNull(object, "object")));
        try (HeapDump dump = HeapDump.take(suspect)) {
            return dump.graph().retainedBytes(dump.suspects()[0]);
        } catch (IOException noDump) {
            throw new UncheckedIOException(noDump);
        }
    }
}
