package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Levels switched at random under load leave every counter exact and nothing outstanding. */
class LevelSwitchTest {
    private static final int THREADS = 4;
    private static final int OPERATIONS = Boolean.getBoolean("watertight.nightly") ? 2_500_000 : 250_000;

    @Test
    void countersStayExactUnderRandomSwitching() throws InterruptedException {
        TestRegistry test = new TestRegistry();
        LeakDetector detector = test.detector("thing");
        Site site = detector.site("load");
        AtomicInteger[] ran = new AtomicInteger[THREADS];
        List<Thread> workers = new ArrayList<>();
        long[][] tally = new long[THREADS][];
        for (int i = 0; i < THREADS; i++) {
            ran[i] = new AtomicInteger();
            int seed = i;
            workers.add(new Thread(() -> tally[seed] = load(site, ran[seed], new Random(seed))));
        }
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<SiteStats> impossible = new AtomicReference<>();
        Thread switcher = new Thread(() -> switchLevels(detector, done));
        Thread observer = new Thread(() -> observe(site, test.registry, done, impossible));

        switcher.start();
        observer.start();
        workers.forEach(Thread::start);
        for (Thread worker : workers) {
            worker.join();
        }
        done.set(true);
        switcher.join();
        observer.join();

        long tracked = 0;
        long detached = 0;
        for (long[] counts : tally) {
            tracked += counts[0];
            detached += counts[1];
        }
        SiteStats stats = site.stats();
        assertThat(stats.outstanding()).isZero();
        assertThat(stats.acquired()).isEqualTo(tracked);
        assertThat(stats.detached()).isEqualTo(detached);
        assertThat(stats.released()).isEqualTo(tracked - detached);
        for (int i = 0; i < THREADS; i++) {
            assertThat(ran[i]).hasValue((int) tally[i][2]);
        }
        assertThat(impossible).hasValue(null);
        assertThat(test.reports).isEmpty();
    }

    /** Returns how many guards were counted, how many of those were detached, and how many cleanups must have run. */
    private static long[] load(Site site, AtomicInteger ran, Random random) {
        long[] counts = new long[3];
        List<Guard<AtomicInteger>> open = new ArrayList<>();
        for (int i = 0; i < OPERATIONS; i++) {
            Guard<AtomicInteger> guard = site.open(ran, AtomicInteger::incrementAndGet);
            counts[0] += guard.site() == null ? 0 : 1;
            open.add(guard);
            while (open.size() > random.nextInt(64)) {
                finish(open.remove(random.nextInt(open.size())), random, counts);
            }
        }
        open.forEach(guard -> finish(guard, random, counts));
        return counts;
    }

    private static void finish(Guard<AtomicInteger> guard, Random random, long[] counts) {
        if (random.nextInt(16) == 0) {
            counts[1] += guard.site() == null ? 0 : 1;
            guard.detach();
        } else {
            guard.close();
            counts[2]++;
        }
    }

    private static void switchLevels(LeakDetector detector, AtomicBoolean done) {
        Random random = new Random(99);
        TrackingLevel[] levels = TrackingLevel.values();
        while (!done.get()) {
            // STRICT and FULL take stacks, which would make this test slow: one switch in 64.
            detector.level(levels[random.nextInt(random.nextInt(64) == 0 ? levels.length : 3)]);
        }
    }

    /** Sweeps, trims and counts while the others work. */
    private static void observe(
            Site site, LeakRegistry registry, AtomicBoolean done, AtomicReference<SiteStats> impossible) {
        while (!done.get()) {
            registry.pump();
            long most = (long) THREADS * OPERATIONS;
            SiteStats stats = site.stats();
            if (stats.acquired() > most || stats.outstanding() < 0 || stats.released() < 0) {
                impossible.set(stats);
            }
        }
    }
}
