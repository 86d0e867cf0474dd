package io.watertight.testing;

import io.watertight.diagnostics.internal.HeapDump;
import io.watertight.diagnostics.internal.ReferenceChain;
import io.watertight.diagnostics.internal.RootKind;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** Collects, looks who is still there, and finds out who holds them. */
final class RetentionCheck {
    private static final String LINE = System.lineSeparator();

    private RetentionCheck() {}

    static void verify(List<RetentionExpectation> expectations) {
        boolean controlled = GcBarrier.await();
        List<RetentionExpectation> left = left(expectations);
        if (left.isEmpty()) {
            return;
        }
        if (!controlled) {
            Assumptions.abort("retention: this JVM does not collect on request, so nothing is said about "
                    + left.size() + " objects that are still there; run the test with another collector, or without"
                    + " -XX:+DisableExplicitGC");
        }
        List<String> findings = RetentionDumps.tryTake() ? findings(left) : undumped(left);
        if (!findings.isEmpty()) {
            throw new AssertionError(String.join(LINE, findings));
        }
    }

    private static List<RetentionExpectation> left(List<RetentionExpectation> expectations) {
        return expectations.stream().filter(e -> !e.isCollected()).toList();
    }

    private static List<String> undumped(List<RetentionExpectation> left) {
        return left.stream()
                .map(expectation -> headline(expectation) + "; no heap dump was taken to find out who holds it: "
                        + RetentionDumps.whyNot())
                .toList();
    }

    private static List<String> findings(List<RetentionExpectation> left) {
        List<? extends WeakReference<?>> suspects =
                left.stream().map(RetentionExpectation::reference).toList();
        List<@Nullable ReferenceChain> chains;
        String kept;
        try (HeapDump dump = HeapDump.take(suspects)) {
            chains = dump.graph().chains(dump.suspects());
            kept = RetentionDumps.keep(dump, left.get(0).type());
        } catch (IOException | UnsupportedOperationException noDump) {
            return left.stream()
                    .map(expectation -> headline(expectation) + "; who holds it is unknown: " + noDump.getMessage())
                    .toList();
        }
        List<String> findings = new ArrayList<>();
        for (int i = 0; i < left.size(); i++) {
            ReferenceChain chain = chains.get(i);
            if (chain != null || !left.get(i).isCollected()) { // the dump itself collects once more
                findings.add(headline(left.get(i)) + explanation(chain) + kept);
            }
        }
        return findings;
    }

    private static String headline(RetentionExpectation expectation) {
        return "retention '" + expectation.type() + "': still reachable after three full collections ("
                + expectation.why() + ")";
    }

    private static String explanation(@Nullable ReferenceChain chain) {
        if (chain == null) {
            return "; the heap dump shows nobody who holds it: it has been let go only now, or is held by something dumps"
                    + " do not show, a ClassValue for instance";
        }
        boolean isLocal = chain.root() == RootKind.JAVA_FRAME;
        return "; held by" + LINE + "  " + chain + LINE
                + (isLocal
                        ? "a local variable keeps its object while its method runs: make the object in a method or"
                                + " lambda of its own"
                        : "let go of it in one of these steps");
    }
}
