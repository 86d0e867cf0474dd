package io.watertight.guards;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** A registry of its own for one test: no threads, a clock moved by hand, collections simulated, reports kept. */
final class TestRegistry {
    final ManualTicker ticker = new ManualTicker();
    final LeakRegistry registry;
    final List<LeakReport> reports = new CopyOnWriteArrayList<>();

    TestRegistry() {
        this(SiteTable.DEFAULT_BOUND, Throwable::new);
    }

    TestRegistry(int siteBound, Supplier<Throwable> acquisitions) {
        registry = new LeakRegistry(ticker, false, siteBound, acquisitions);
        registry.reporter.addListener(reports::add);
    }

    LeakDetectorBuilder builder(String type) {
        return new LeakDetectorBuilder(type, registry);
    }

    LeakDetector detector(String type) {
        return builder(type).build();
    }

    /** Does to a guard's record what the collector does when the guard was dropped; then pumps. */
    void collect(Guard<?> guard) {
        guard.record().enqueue();
        registry.pump();
    }

    /** Moves the clock and pumps. */
    void advance(Duration duration) {
        ticker.advance(duration);
        registry.pump();
    }
}
