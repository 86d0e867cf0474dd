package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Which shape of key grows. */
class KeyProfileTest {
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final ManualTicker ticker = new ManualTicker();
    private final List<KeyAlert> alerts = new ArrayList<>();

    private KeyProfileBuilder<String> describe() {
        return KeyProfile.<String>builder("keys").ticker(ticker).onAlert(alerts::add);
    }

    private static void insert(KeyProfile<String> profile, String prefix, int count) {
        for (int i = 0; i < count; i++) {
            profile.inserted(prefix + ":" + i);
        }
    }

    private static double shareOf(KeyProfile<?> profile, String shape) {
        return profile.snapshot().shapes().stream()
                .filter(one -> one.shape().equals(shape))
                .mapToDouble(ShapeGrowth::share)
                .findFirst()
                .orElse(0);
    }

    /** A twentieth of a million keys, among more shapes than there are slots, sampled. */
    @Test
    void shareOfATwentiethIsFoundWithinTwoPoints() {
        KeyProfile<String> profile = describe().slots(64).build();
        Random random = new Random(3);
        int keys = 1_000_000;
        int mine = 0;
        for (int i = 0; i < keys; i++) {
            if (random.nextInt(20) == 0) {
                mine++;
                profile.inserted("session:" + new UUID(random.nextLong(), random.nextLong()));
            } else {
                profile.inserted(word(random.nextInt(400)) + ":" + random.nextInt());
            }
        }

        assertThat(profile.snapshot().oneOf()).isEqualTo(KeyProfile.SAMPLED);
        assertThat(profile.snapshot().overflows()).isPositive();
        assertThat(shareOf(profile, "session:<uuid>")).isCloseTo((double) mine / keys, within(0.02));
        assertThat((double) profile.snapshot().total()).isCloseTo(keys, within(0.1 * keys));
    }

    private static String word(int number) {
        return "" + (char) ('a' + number / 26 % 26) + (char) ('a' + number % 26) + "kind" + (char) ('a' + number / 676);
    }

    @Test
    void fewKeysAreCountedExactly() {
        KeyProfile<String> profile = describe().build();
        insert(profile, "a", 300);
        insert(profile, "b", 100);
        for (int i = 0; i < 50; i++) {
            profile.removed("a:" + i);
        }

        KeyProfileSnapshot snapshot = profile.snapshot();

        assertThat(snapshot.shapes())
                .containsExactly(
                        new ShapeGrowth("a:#", 300, 0, 0.75, 300, 50, 0, 0),
                        new ShapeGrowth("b:#", 100, 0, 0.25, 100, 0, 0, 0));
        assertThat(snapshot.total()).isEqualTo(400);
        assertThat(snapshot.oneOf()).isEqualTo(1);
        assertThat(snapshot.missed()).isZero();
        assertThat(snapshot)
                .hasToString("KeyProfile[keys, 400 keys, 2 shapes, in 0 ms: 'a:#' +250 (75.0 % of all),"
                        + " 'b:#' +100 (25.0 % of all)]");
        assertThat(profile).hasToString(snapshot.toString());
    }

    @Test
    void keyThatComesAndGoesIsCountedBothTimesOrNot() {
        KeyProfile<String> profile = describe().build();
        insert(profile, "busy", 2 * KeyProfile.EXACT);
        ticker.advance(WINDOW);
        for (int i = 0; i < 200_000; i++) {
            profile.inserted("churn:" + i);
            profile.removed("churn:" + i);
        }

        assertThat(profile.snapshot().oneOf()).isEqualTo(KeyProfile.SAMPLED);
        assertThat(profile.snapshot().shapes())
                .filteredOn(shape -> shape.shape().equals("churn:#"))
                .singleElement()
                .satisfies(churn -> {
                    assertThat(churn.net()).isZero();
                    assertThat((double) churn.added()).isCloseTo(200_000, within(20_000.0));
                });
    }

    @Test
    void quietWindowIsCountedExactlyAgain() {
        KeyProfile<String> profile = describe().build();
        insert(profile, "a", 2 * KeyProfile.EXACT);
        ticker.advance(WINDOW);
        profile.snapshot();
        ticker.advance(WINDOW);
        profile.snapshot();

        insert(profile, "b", 10);

        assertThat(profile.snapshot().shapes().get(0)).satisfies(shape -> {
            assertThat(shape.shape()).isEqualTo("b:#");
            assertThat(shape.added()).isEqualTo(10);
        });
    }

    @Test
    void explodingPrefixRaisesOneAlertInEachWindow() {
        KeyProfile<String> profile = describe().build();
        for (int window = 0; window < 3; window++) {
            for (String neighbour : List.of("a", "b", "c", "d")) {
                insert(profile, neighbour, 100);
            }
            insert(profile, "leak", 20_000);
            assertThat(alerts).as("within the window").hasSize(window + 1);
            ticker.advance(WINDOW);
            profile.snapshot();
        }

        assertThat(alerts).hasSize(3).allSatisfy(alert -> {
            assertThat(alert.profile()).isEqualTo("keys");
            assertThat(alert.shape()).isEqualTo("leak:#");
            assertThat(alert.medianOfOthers()).isEqualTo(100);
            assertThat(alert.gained()).isGreaterThanOrEqualTo(10_000);
            assertThat(alert.share()).isGreaterThan(0.5);
        });
        assertThat(profile.snapshot().alerts()).isEqualTo(3);
    }

    @Test
    void growthThatIsTooSmallToLookAtAmidAWindowIsFoundAtItsEnd() {
        KeyProfile<String> profile = describe().alertAt(0.5, 8, 100).build();
        insert(profile, "a", 10);
        insert(profile, "leak", 500);
        assertThat(alerts).isEmpty();

        ticker.advance(WINDOW);
        insert(profile, "a", 1);

        assertThat(alerts).extracting(KeyAlert::gained).containsExactly(500L);
    }

    @Test
    void whatGrowsLikeItsNeighboursOrComesAndGoesRaisesNone() {
        KeyProfile<String> profile = describe().build();
        for (String shape : List.of("a", "b", "c", "d")) {
            insert(profile, shape, 5_000);
        }
        ticker.advance(WINDOW);
        profile.snapshot();
        for (int i = 0; i < 20_000; i++) {
            profile.inserted("churn:" + i);
            profile.removed("churn:" + i);
        }
        ticker.advance(WINDOW);
        profile.snapshot();

        assertThat(alerts).isEmpty();
    }

    @Test
    void singleShapeHasNoNeighboursToBeComparedWith() {
        KeyProfile<String> profile = describe().build();
        insert(profile, "all", 50_000);
        ticker.advance(WINDOW);
        profile.snapshot();

        assertThat(alerts).isEmpty();
    }

    @Test
    void shapeThatFailsIsCountedAsOneOfItsOwn() {
        KeyProfile<String> profile = describe()
                .shape(key -> {
                    throw new IllegalStateException(key);
                })
                .build();

        profile.inserted("secret");

        assertThat(profile.snapshot().shapes()).extracting(ShapeGrowth::shape).containsExactly("(no shape)");
    }

    @Test
    void longShapesAreCut() {
        KeyProfile<String> profile = describe().shape(key -> key).build();

        profile.inserted("x".repeat(1_000));

        assertThat(profile.snapshot().shapes().get(0).shape()).hasSize(StandardKeyShape.LONGEST);
    }

    /** Two threads at once: all keys are counted or missed, none twice. */
    @Test
    void keysOfThreadsAreCountedOrMissed() throws InterruptedException {
        KeyProfile<String> profile = describe().build();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                } catch (InterruptedException impossible) {
                    throw new AssertionError(impossible);
                }
                insert(profile, name, 20_000);
            });
            thread.start();
            threads.add(thread);
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        KeyProfileSnapshot snapshot = profile.snapshot();
        assertThat(snapshot.total() + snapshot.missed()).isEqualTo(40_000);
        assertThat(snapshot.shapes())
                .allSatisfy(shape -> assertThat(shape.total()).isLessThanOrEqualTo(20_000));
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> describe().slots(8))
                .withMessageContainingAll("'keys'", "slots", "8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> describe().window(Duration.ZERO))
                .withMessageContaining("window");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> describe().alertAt(2, 8, 1))
                .withMessageContaining("2.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> describe().alertAt(Double.NaN, 8, 1))
                .withMessageContaining("NaN");
    }
}
