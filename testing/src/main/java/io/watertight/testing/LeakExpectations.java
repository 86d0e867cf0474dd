package io.watertight.testing;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** The leaks that a test announces: accepted ones, and ones that it must make. */
final class LeakExpectations {
    static final LeakExpectations NONE = new LeakExpectations(List.of(), List.of());

    private final List<AllowLeaks> allowed;
    private final List<ExpectLeak> expected;
    private final int[] met;

    private LeakExpectations(List<AllowLeaks> allowed, List<ExpectLeak> expected) {
        this.allowed = allowed;
        this.expected = expected;
        this.met = new int[expected.size()];
    }

    /** What the method of a context, its class and the classes around that one say. */
    static LeakExpectations of(ExtensionContext context) {
        TestPlace place = TestPlace.of(context);
        List<AllowLeaks> allowed = new ArrayList<>();
        Method method = place.method();
        if (method != null) {
            allowed.addAll(allowedBy(method));
        }
        for (Class<?> type = place.type(); type != null; type = type.getEnclosingClass()) {
            allowed.addAll(allowedBy(type));
        }
        List<ExpectLeak> expected = method == null || isFactory(context)
                ? List.of()
                : AnnotationSupport.findRepeatableAnnotations(method, ExpectLeak.class);
        for (AllowLeaks allow : allowed) {
            if (allow.reason().isBlank()) {
                throw new ExtensionConfigurationException(
                        "@AllowLeaks(type = \"" + allow.type() + "\"): the reason must not be blank");
            }
        }
        for (ExpectLeak expect : expected) {
            if (expect.count() < 1) {
                throw new ExtensionConfigurationException("@ExpectLeak(type = \"" + expect.type()
                        + "\"): count must be at least 1, not " + expect.count());
            }
        }
        return allowed.isEmpty() && expected.isEmpty() ? NONE : new LeakExpectations(allowed, expected);
    }

    /** What a factory of dynamic tests expects, it expects of each of them and not of itself. */
    private static boolean isFactory(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getTestMethod(), TestFactory.class);
    }

    private static List<AllowLeaks> allowedBy(AnnotatedElement element) {
        return AnnotationSupport.findRepeatableAnnotations(element, AllowLeaks.class);
    }

    /** Whether a verdict on pool workers cannot wait for the end of the class. */
    boolean nameExecutors() {
        return expected.stream()
                .anyMatch(expect -> expect.type().equals(FoundLeak.EXECUTOR)
                        || expect.type().equals("*"));
    }

    /** Those of the leaks that nobody announced. */
    synchronized List<FoundLeak> unannounced(List<FoundLeak> leaks) {
        List<FoundLeak> rest = new ArrayList<>();
        for (FoundLeak leak : leaks) {
            if (!isExpected(leak) && allowed.stream().noneMatch(allow -> leak.is(allow.type(), allow.at()))) {
                rest.add(leak);
            }
        }
        return rest;
    }

    private boolean isExpected(FoundLeak leak) {
        for (int i = 0; i < met.length; i++) {
            ExpectLeak expect = expected.get(i);
            if (met[i] < expect.count() && leak.is(expect.type(), expect.at())) {
                met[i]++;
                return true;
            }
        }
        return false;
    }

    /** One sentence for each announced leak that was not made. */
    synchronized List<String> unmet() {
        List<String> unmet = new ArrayList<>();
        for (int i = 0; i < met.length; i++) {
            ExpectLeak expect = expected.get(i);
            if (met[i] < expect.count()) {
                unmet.add("expected " + expect.count() + " x '" + expect.type() + "'"
                        + (expect.at().isEmpty() ? "" : " at '" + expect.at() + "'") + ", found " + met[i]);
            }
        }
        return unmet;
    }

    @Override
    public String toString() {
        return "LeakExpectations" + Arrays.asList(allowed, expected);
    }
}
