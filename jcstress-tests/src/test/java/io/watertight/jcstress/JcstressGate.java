package io.watertight.jcstress;

import io.watertight.jcstress.JcstressReport.Totals;
import io.watertight.jcstress.JcstressReport.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The rules by which a set of jcstress tests is accepted: every test has a broken twin, every test ran and passed, and
 * every twin was caught. A twin is a test whose simple name starts with {@code Broken}; it shows that the test beside
 * it could have failed.
 */
final class JcstressGate {

    /**
     * Runs the named tests and returns what jcstress said. For tests the attempt is the number of the pass; for twins it is
     * how often they were not caught so far, and each attempt is stronger.
     */
    interface Runner {
        JcstressReport run(Collection<String> tests, boolean twins, int attempt);
    }

    static final int TWIN_ATTEMPTS = 4;

    private final Runner runner;
    private final int passes;

    JcstressGate(Runner runner, int passes) {
        this.runner = runner;
        this.passes = passes;
    }

    /** Runs tests and twins and returns what is wrong, one sentence each; empty means accepted. */
    List<String> check(Collection<String> names) {
        List<String> problems = new ArrayList<>();
        TreeSet<String> twins =
                names.stream().filter(JcstressGate::isTwin).collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> tests = new TreeSet<>(names);
        tests.removeAll(twins);
        if (tests.isEmpty()) {
            problems.add("no jcstress test matches; check the filter, and that META-INF/TestList was generated");
            return problems;
        }
        for (String test : tests) {
            if (twins.stream().noneMatch(twin -> isTwinOf(twin, test))) {
                problems.add(test + " has no twin; add Broken" + simpleName(test) + " beside it, or a nested Broken…");
            }
        }
        for (int pass = 0; pass < passes; pass++) {
            checkTests(tests, pass, problems);
        }
        checkTwins(twins, problems);
        return problems;
    }

    private void checkTests(Collection<String> tests, int pass, List<String> problems) {
        JcstressReport report = runner.run(tests, false, pass);
        problems.addAll(report.fatal());
        for (String test : tests) {
            Verdict verdict = report.verdicts().get(test);
            if (verdict == null) {
                problems.add(test + " did not run; a test with more actors than processors is skipped silently");
            } else if (verdict == Verdict.FORBIDDEN) {
                problems.add(test + " showed a FORBIDDEN outcome");
            } else if (verdict == Verdict.ERROR) {
                problems.add(test + " ended with an error or a time-out");
            }
        }
        Totals totals = report.totals();
        if (totals.planned() < tests.size() || totals.passed() != totals.planned()) {
            problems.add("expected every planned result to pass, and one at least for each of " + tests.size()
                    + " tests, but: " + totals);
        }
    }

    private void checkTwins(Collection<String> twins, List<String> problems) {
        TreeSet<String> alive = new TreeSet<>(twins);
        for (int attempt = 0; attempt < TWIN_ATTEMPTS && !alive.isEmpty(); attempt++) {
            JcstressReport report = runner.run(List.copyOf(alive), true, attempt);
            problems.addAll(report.fatal());
            for (String twin : List.copyOf(alive)) {
                Verdict verdict = report.verdicts().get(twin);
                if (verdict == Verdict.FORBIDDEN) {
                    alive.remove(twin);
                } else if (verdict == Verdict.ERROR) {
                    alive.remove(twin);
                    problems.add(twin + " ended with an error or a time-out; a twin must show a FORBIDDEN outcome");
                } else if (verdict == null) {
                    alive.remove(twin);
                    problems.add(twin + " did not run");
                }
            }
        }
        for (String twin : alive) {
            problems.add(
                    twin + " did not fail in " + TWIN_ATTEMPTS + " attempts; it shows no bug, or its test is blind");
        }
    }

    static boolean isTwin(String name) {
        return simpleName(name).startsWith("Broken");
    }

    /** A twin is {@code Broken<Test>} in the same package, or any nested {@code Broken…} of the same top-level class. */
    static boolean isTwinOf(String twin, String test) {
        return simpleName(twin).equals("Broken" + simpleName(test))
                        && packageName(twin).equals(packageName(test))
                || topLevel(twin).equals(topLevel(test));
    }

    private static String simpleName(String name) {
        return name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
    }

    private static String packageName(String name) {
        String top = topLevel(name);
        return top.substring(0, Math.max(top.lastIndexOf('.'), 0));
    }

    /** jcstress writes nested classes with dots, so the top-level class is the first capitalised segment. */
    private static String topLevel(String name) {
        int start = 0;
        while (Character.isLowerCase(name.charAt(start)) && name.indexOf('.', start) >= 0) {
            start = name.indexOf('.', start) + 1;
        }
        int end = start;
        while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '$') {
            end++;
        }
        return name.substring(0, end);
    }
}
