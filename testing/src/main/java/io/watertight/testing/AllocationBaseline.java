package io.watertight.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Allocations per operation as a file in your repository remembers them, by name and layout of objects. Tests compare
 * with it; with {@code -Dwatertight.allocations.write=true} they rewrite it instead, and leave the lines of other layouts
 * alone.
 *
 * <p>Thread-safe; several threads and JVMs may write one file. Methods read or write the file each time and do not react
 * to interruption.
 */
public final class AllocationBaseline {
    /** Where the file is: a system property, or a configuration parameter of JUnit. */
    public static final String FILE_PROPERTY = "watertight.allocations.baseline";

    /** Whether tests write the file: a system property, or a configuration parameter of JUnit. */
    public static final String WRITE_PROPERTY = "watertight.allocations.write";

    /** Where the file is if nothing else is said, relative to the working directory of the tests. */
    public static final String DEFAULT_FILE = "src/test/resources/watertight/allocations.baseline";

    private static final Logger LOG = LoggerFactory.getLogger(AllocationBaseline.class);

    private final BaselineFile file;
    private final boolean write;

    private AllocationBaseline(Path file, boolean write) {
        this.file = new BaselineFile(file);
        this.write = write;
    }

    /**
     * Returns the baseline that the system properties {@value #FILE_PROPERTY} and {@value #WRITE_PROPERTY} describe.
     *
     * @return the baseline
     */
    public static AllocationBaseline standard() {
        return from(key -> Optional.ofNullable(System.getProperty(key)));
    }

    /**
     * Returns the baseline of a file.
     *
     * @param file the file; it is made when it is first written
     * @param write whether checks write it instead of comparing with it
     * @return the baseline
     */
    public static AllocationBaseline at(Path file, boolean write) {
        return new AllocationBaseline(Objects.requireNonNull(file, "file must not be null"), write);
    }

    static AllocationBaseline from(Function<String, Optional<String>> settings) {
        return at(
                Path.of(settings.apply(FILE_PROPERTY).orElse(DEFAULT_FILE)),
                settings.apply(WRITE_PROPERTY).map(Boolean::parseBoolean).orElse(false));
    }

    /**
     * Measures the steady state of an operation, and compares it with the baseline or writes it there.
     *
     * @param name names the measurement for ever: no tabs, no line breaks
     * @param operation the operation
     * @throws AssertionError if the operation allocates more than the baseline says or grows, or the baseline does not
     *     know it
     * @throws AllocationUnavailableException if the amount cannot be measured exactly, or if there is more to it in a JVM
     *     that does not compile as production does
     */
    public void check(String name, AllocatingOperation operation) {
        requireName(name);
        AllocationResult result = Allocations.measure(operation);
        String handicap = AllocationConditions.handicap();
        String unfit = result.grows()
                ? "it grows"
                : !result.settled() ? "it has no steady state" : write && handicap != null ? handicap : null;
        if (unfit != null && (write || result.grows())) {
            throw new AssertionError("allocations '" + name + "': no amount to remember: " + unfit + ": "
                    + result.message() + AllocationLines.describe(operation, result));
        }
        Map<String, Double> measured = Map.of(name, result.bytesPerOperation());
        if (write) {
            checkAll(measured, result.layout());
            return;
        }
        List<AllocationDifference> differences = compare(measured, result.layout());
        AllocationDifference.Verdict verdict = differences.get(0).verdict();
        if (verdict == AllocationDifference.Verdict.MORE && handicap != null) {
            throw new AllocationUnavailableException("allocations '" + name + "': more than the baseline says, "
                    + result.message() + "; but that says nothing about production: " + handicap);
        }
        judge(
                differences,
                verdict == AllocationDifference.Verdict.MORE ? AllocationLines.describe(operation, result) : "");
    }

    /**
     * Compares measurements, for example those of JMH, with the baseline, or writes them there.
     *
     * @param bytesPerOperation bytes per operation by name
     * @param layout the layout of objects in the JVM that measured
     * @throws AssertionError if one allocates more than the baseline says, or the baseline does not know it
     */
    public void checkAll(Map<String, Double> bytesPerOperation, ObjectLayout layout) {
        if (write) {
            file.merge(keyed(bytesPerOperation, layout));
            LOG.info("allocations: wrote {} to {}", bytesPerOperation.keySet(), file.path());
        } else {
            judge(compare(bytesPerOperation, layout), "");
        }
    }

    /**
     * Compares measurements with the baseline without judging.
     *
     * @param bytesPerOperation bytes per operation by name
     * @param layout the layout of objects in the JVM that measured
     * @return one comparison per measurement, by name
     */
    public List<AllocationDifference> compare(Map<String, Double> bytesPerOperation, ObjectLayout layout) {
        BaselineText text = file.read();
        List<AllocationDifference> differences = new ArrayList<>();
        keyed(bytesPerOperation, layout)
                .forEach((key, now) -> differences.add(AllocationDifference.of(key, text, now)));
        return differences;
    }

    private static Map<BaselineEntry.Key, Double> keyed(Map<String, Double> bytesPerOperation, ObjectLayout layout) {
        Map<BaselineEntry.Key, Double> keyed = new TreeMap<>();
        bytesPerOperation.forEach((name, bytes) -> {
            AllocationCheck.requireBudget(bytes);
            keyed.put(new BaselineEntry.Key(requireName(name), layout.key()), bytes);
        });
        return keyed;
    }

    private static String requireName(String name) {
        if (name.isBlank() || name.startsWith("#") || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "name must not be blank, start with # or contain tabs or line breaks: '" + name + "'");
        }
        return name;
    }

    private void judge(List<AllocationDifference> differences, String lines) {
        List<AllocationDifference> other = differences.stream()
                .filter(difference -> difference.verdict() != AllocationDifference.Verdict.SAME)
                .toList();
        if (other.isEmpty()) {
            return;
        }
        String message =
                "allocations: " + other.size() + " of " + differences.size() + " differ from " + file.path() + "\n"
                        + BaselineTable.text(other) + "\nif that is meant, run once with -D" + WRITE_PROPERTY
                        + "=true and commit the file";
        if (other.stream().anyMatch(AllocationDifference::fails)) {
            throw new AssertionError(message + lines);
        }
        LOG.info(message);
    }
}
