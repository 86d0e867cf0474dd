package io.watertight.testing;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a scope is accused of: leaks nobody announced, and announced ones that it did not make. */
final class Verdict {
    private static final int MOST_MENTIONED = 3;

    private final String name;
    private final List<FoundLeak> leaks = new ArrayList<>();
    private final List<String> unmet = new ArrayList<>();
    private final Set<String> elsewhere = new LinkedHashSet<>();

    Verdict(String name) {
        this.name = name;
    }

    /** Whether the scope is the accused, whom the first line names. */
    boolean isOn(CheckedScope scope) {
        return scope.name().equals(name);
    }

    void add(LeakExpectations expectations, List<FoundLeak> found) {
        leaks.addAll(expectations.unannounced(found));
    }

    void addUnmet(LeakExpectations expectations) {
        unmet.addAll(expectations.unmet());
    }

    /** Says what others left behind: for the reader, not against this scope. */
    void mention(String fact) {
        elsewhere.add(fact);
    }

    boolean isClean() {
        return leaks.isEmpty() && unmet.isEmpty();
    }

    LeaksFoundError error() {
        return new LeaksFoundError(message(), leaks);
    }

    String message() {
        StringBuilder text = new StringBuilder(name);
        if (!leaks.isEmpty()) {
            text.append(" left ").append(leaks.size()).append(leaks.size() == 1 ? " leak:" : " leaks:");
        } else {
            text.append(" did not leak as announced:");
        }
        int number = 0;
        for (FoundLeak leak : leaks) {
            line(text, ++number + ") " + leak.text());
        }
        for (String expectation : unmet) {
            line(text, expectation);
        }
        elsewhere.stream().limit(MOST_MENTIONED).forEach(fact -> line(text, "not counted here: " + fact));
        if (elsewhere.size() > MOST_MENTIONED) {
            line(text, "not counted here: " + (elsewhere.size() - MOST_MENTIONED) + " more of other tests");
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String line) {
        text.append(System.lineSeparator()).append("  ").append(line);
    }
}
