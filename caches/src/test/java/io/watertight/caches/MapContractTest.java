package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.testing.ConcurrentMapTestSuiteBuilder;
import com.google.common.collect.testing.TestStringMapGenerator;
import com.google.common.collect.testing.features.CollectionFeature;
import com.google.common.collect.testing.features.CollectionSize;
import com.google.common.collect.testing.features.MapFeature;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.function.Supplier;
import java.util.stream.Stream;
import junit.framework.TestCase;
import junit.framework.TestSuite;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What Guava asks of every concurrent map. */
class MapContractTest {
    /** A floor: a suite that generates nothing must not pass for a clean map. */
    private static final int FEWEST = 900;

    @TestFactory
    Stream<DynamicTest> watchedMapThatReports() {
        return contract(
                "WatchedMap, REPORT",
                () -> WatchedMap.<String, String>builder("contract")
                        .ceiling(1, CeilingPolicy.REPORT)
                        .build());
    }

    @TestFactory
    Stream<DynamicTest> watchedMapThatRefuses() {
        return contract(
                "WatchedMap, REFUSE",
                () -> WatchedMap.<String, String>builder("contract")
                        .ceiling(100, CeilingPolicy.REFUSE)
                        .build());
    }

    @TestFactory
    Stream<DynamicTest> boundedMap() {
        return contract(
                "BoundedMap",
                () -> BoundedMap.<String, String>builder("contract")
                        .maximumSize(100)
                        .build());
    }

    @TestFactory
    Stream<DynamicTest> boundedMapByWeight() {
        return contract(
                "BoundedMap, weighed",
                () -> BoundedMap.<String, String>builder("contract")
                        .maximumWeight(100, (key, value) -> 1)
                        .build());
    }

    /** Every feature a general map has; nothing is left out but nulls, a known order, and serialization. */
    private static Stream<DynamicTest> contract(String name, Supplier<Map<String, String>> maker) {
        TestSuite suite = ConcurrentMapTestSuiteBuilder.using(new TestStringMapGenerator() {
                    @Override
                    protected Map<String, String> create(Entry<String, String>[] entries) {
                        Map<String, String> map = maker.get();
                        for (Entry<String, String> entry : entries) {
                            map.put(entry.getKey(), entry.getValue());
                        }
                        return map;
                    }
                })
                .named(name)
                .withFeatures(
                        MapFeature.GENERAL_PURPOSE, CollectionFeature.SUPPORTS_ITERATOR_REMOVE, CollectionSize.ANY)
                .createTestSuite();
        List<DynamicTest> tests = new ArrayList<>();
        collect(suite, "", tests);
        assertThat(tests.size()).isGreaterThan(FEWEST);
        return tests.stream();
    }

    /** Runs each JUnit 3 test as a test of its own, without the engine for those. */
    private static void collect(junit.framework.Test test, String path, List<DynamicTest> tests) {
        if (test instanceof TestSuite suite) {
            String inner = path.isEmpty() ? suite.getName() : path + " / " + suite.getName();
            Collections.list(suite.tests()).forEach(part -> collect(part, inner, tests));
        } else {
            TestCase single = (TestCase) test;
            tests.add(DynamicTest.dynamicTest(path + " / " + single.getName(), single::runBare));
        }
    }
}
