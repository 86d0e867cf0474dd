package io.watertight.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The rules of the house that no compiler knows. */
class ArchitectureTest {

    /** Raise it as the house grows: an import that finds nothing must not pass for a clean house. */
    private static final int FEWEST_CLASSES = 250;

    private static final Set<String> ATOMIC_ACCESS = Set.of(
            "java.lang.invoke.VarHandle",
            "java.util.concurrent.atomic.AtomicIntegerFieldUpdater",
            "java.util.concurrent.atomic.AtomicLongFieldUpdater",
            "java.util.concurrent.atomic.AtomicReferenceFieldUpdater");

    static final List<String> LIBRARY = House.LIBRARY;

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .importPaths(House.LIBRARY.stream().map(House::classes).toList());

    @Test
    void theScanSeesTheHouse() {
        assertThat(CLASSES).hasSizeGreaterThanOrEqualTo(FEWEST_CLASSES);
    }

    @ParameterizedTest
    @FieldSource("LIBRARY")
    void modulesImportGuardsOnly(String module) {
        Set<String> allowed = module.equals("testing") ? Set.of("guards", "diagnostics") : Set.of("guards");
        String[] others = House.LIBRARY.stream()
                .filter(other -> !other.equals(module) && !allowed.contains(other))
                .map(other -> House.ROOT + other + "..")
                .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage(House.ROOT + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @ParameterizedTest
    @FieldSource("LIBRARY")
    void everyPackageIsNullMarked(String module) {
        Set<String> packages = new TreeSet<>();
        House.classNames(module).forEach(name -> packages.add(name.substring(0, name.lastIndexOf('.'))));

        assertThat(packages)
                .isNotEmpty()
                .allSatisfy(
                        name -> assertThat(House.load(name + ".package-info").isAnnotationPresent(NullMarked.class))
                                .isTrue());
    }

    @ParameterizedTest
    @FieldSource("LIBRARY")
    void publicSignaturesShowNoInternalType(String module) {
        assertThat(ApiDump.of(module).lines()).noneMatch(line -> line.contains(".internal."));
    }

    @ParameterizedTest
    @FieldSource("LIBRARY")
    void publicApiIsTheCommittedOne(String module) throws IOException {
        Path file = House.module(module).resolve("api").resolve(module + ".api");
        String api = ApiDump.of(module);
        if (Boolean.getBoolean("api.write")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, api);
        }

        assertThat(file)
                .as("the public API changed; if that is meant, rewrite the file with -Dapi.write=true")
                .content()
                .isEqualToNormalizingNewlines(api);
    }

    @Test
    void nobodyPrintsOrSleeps() {
        noClasses()
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
                .orShould()
                .callMethodWhere(DescribedPredicate.describe(
                        "Thread.sleep",
                        call -> call.getTarget().getName().equals("sleep")
                                && call.getTargetOwner().isEquivalentTo(Thread.class)))
                .check(CLASSES);
    }

    @Test
    void everyLockFreeClassHasAJcstressTest() {
        List<String> tests = House.classNames("jcstress-tests");

        assertThat(CLASSES)
                .filteredOn(ArchitectureTest::hasAtomicAccess)
                .allSatisfy(type -> assertThat(tests)
                        .as("%s has a VarHandle or field updater and needs a test of its interleavings", type.getName())
                        .anyMatch(test -> test.startsWith(topLevelName(type)) && test.endsWith("Jcstress")));
    }

    private static boolean hasAtomicAccess(JavaClass type) {
        return type.getFields().stream()
                .anyMatch(field -> ATOMIC_ACCESS.contains(field.getRawType().getName()));
    }

    private static String topLevelName(JavaClass type) {
        int nested = type.getName().indexOf('$');
        return nested < 0 ? type.getName() : type.getName().substring(0, nested);
    }
}
