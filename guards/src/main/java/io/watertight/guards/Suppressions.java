package io.watertight.guards;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Findings that are known and accepted: they are counted, and not reported. */
final class Suppressions {
    private static final String PROPERTY = "watertight.suppress";

    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final AtomicLong count = new AtomicLong();

    /** A type or {@code *}, and a part of the site's label or of a line of its example stack; empty matches all. */
    private record Rule(String type, String sitePart) {
        boolean covers(Site site) {
            return (type.equals("*") || type.equals(site.detector().type()))
                    && (site.label().contains(sitePart)
                            || site.exemplar().stream()
                                    .anyMatch(frame -> frame.toString().contains(sitePart)));
        }
    }

    /** Reads {@code watertight.suppress}: {@code type@sitePart}, several separated by semicolons. */
    static Suppressions fromSystemProperty() {
        Suppressions suppressions = new Suppressions();
        Stream.of(System.getProperty(PROPERTY, "").split(";"))
                .map(String::strip)
                .filter(rule -> !rule.isEmpty())
                .forEach(rule -> {
                    int at = rule.indexOf('@');
                    suppressions.add(at < 0 ? rule : rule.substring(0, at), at < 0 ? "" : rule.substring(at + 1));
                });
        return suppressions;
    }

    void add(String type, String sitePart) {
        rules.add(new Rule(type, sitePart));
    }

    boolean covers(Site site) {
        boolean covered = rules.stream().anyMatch(rule -> rule.covers(site));
        if (covered) {
            count.incrementAndGet();
        }
        return covered;
    }

    long count() {
        return count.get();
    }
}
