package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a table of bounded size knows. */
class ShapeSketchTest {
    @Test
    void fewShapesAreCountedExactly() {
        ShapeSketch sketch = new ShapeSketch(16);
        Random random = new Random(1);
        Map<String, Long> exact = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            String shape = "shape" + random.nextInt(16);
            exact.merge(shape, 1L, Long::sum);
            sketch.added(shape, 1);
        }

        assertThat(sketch.growth()).hasSize(16).allSatisfy(shape -> {
            assertThat(shape.total()).isEqualTo(exact.get(shape.shape()));
            assertThat(shape.added()).isEqualTo(shape.total());
            assertThat(shape.errorAtMost()).isZero();
        });
        assertThat(sketch.overflows()).isZero();
    }

    /** Zipf-like: many rare shapes fight for the last slots. */
    @Test
    void countsOfManyShapesAreOffByAtMostTheirError() {
        int slots = 64;
        int keys = 100_000;
        ShapeSketch sketch = new ShapeSketch(slots);
        Random random = new Random(2);
        Map<String, Long> exact = new HashMap<>();
        for (int i = 0; i < keys; i++) {
            String shape = "s" + (int) Math.pow(5_000, random.nextDouble());
            exact.merge(shape, 1L, Long::sum);
            sketch.added(shape, 1);
        }

        assertThat(sketch.growth()).hasSize(slots).allSatisfy(shape -> {
            long truth = exact.get(shape.shape());
            assertThat(shape.total()).isBetween(truth, truth + shape.errorAtMost());
            assertThat(shape.errorAtMost()).isLessThanOrEqualTo(keys / slots);
            assertThat(shape.added()).isBetween(truth - shape.errorAtMost(), truth);
        });
        assertThat(sketch.growth().stream().mapToLong(ShapeGrowth::total).sum()).isEqualTo(keys);
        assertThat(exact).allSatisfy((shape, count) -> {
            if (count > keys / slots) {
                assertThat(sketch.growth()).extracting(ShapeGrowth::shape).contains(shape);
            }
        });
        assertThat(sketch.overflows()).isPositive();
    }

    @Test
    void windowsAreComparedWithTheOneBefore() {
        ShapeSketch sketch = new ShapeSketch(16);
        sketch.added("a", 10);
        sketch.removed("a", 4);
        sketch.roll();
        sketch.added("a", 3);
        sketch.added("b", 5);
        sketch.removed("unknown", 1);

        assertThat(sketch.growth())
                .containsExactly(
                        new ShapeGrowth("b", 5, 0, 5 / 18.0, 5, 0, 0, 0),
                        new ShapeGrowth("a", 13, 0, 13 / 18.0, 3, 0, 10, 4));
        assertThat(sketch.gained()).isEqualTo(8);
        assertThat(sketch.fastest()).extracting(ShapeGrowth::shape).isEqualTo("b");
        assertThat(sketch.medianOfOthers("b")).isEqualTo(3);
        assertThat(sketch.growth().get(1).netBefore()).isEqualTo(6);
    }

    /** Counts what is allocated for a full table, which is no less than what it holds; shapes of the longest kind. */
    @Test
    void tableOfTheUsualSizeTakesNoMoreThan64KiB() {
        int slots = KeyProfile.<String>builder("size").slots;
        String[] shapes = new String[slots];
        for (int i = 0; i < slots; i++) {
            shapes[i] = StandardKeyShape.cut("ж".repeat(StandardKeyShape.LONGEST - 4) + (1_000 + i));
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 10; attempt++) { // the first one loads classes
            long before = threads.getCurrentThreadAllocatedBytes();
            ShapeSketch sketch = new ShapeSketch(slots);
            for (String shape : shapes) {
                sketch.added(shape, 1);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            assertThat(sketch.overflows()).isZero();
        }

        int stringBytes = 24 + 16 + 2 * StandardKeyShape.LONGEST;
        assertThat(least + (long) slots * stringBytes).isBetween(1L, 64L * 1_024);
    }
}
