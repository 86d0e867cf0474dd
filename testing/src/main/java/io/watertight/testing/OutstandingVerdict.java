package io.watertight.testing;

import io.watertight.guards.Watertight;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks for what components that keep their own books (an executor with its virtual threads, a pool with its leases) have
 * out since a moment. Books know no tests: the difference says whose it is only where no other test ran meanwhile.
 */
final class OutstandingVerdict {
    private final Map<Place, Long> before = new ConcurrentHashMap<>(now());

    private record Place(String type, String site) {}

    /** What is out that was not before; waits for what may still come back. */
    List<FoundLeak> leaks(GraceTime grace) {
        grace.await(() -> more().isEmpty());
        List<FoundLeak> leaks = new ArrayList<>();
        more().forEach((place, count) -> leaks.add(new FoundLeak(
                place.type(),
                count + " x '" + place.type() + "' still out; acquired at " + place.site(),
                List.of(),
                place.site())));
        return leaks;
    }

    /** Takes what another verdict has found as known from now on. */
    void accept(OutstandingVerdict other) {
        other.more().forEach((place, count) -> before.merge(place, count, Long::sum));
    }

    private Map<Place, Long> more() {
        Map<Place, Long> more = now();
        before.forEach((place, count) -> more.computeIfPresent(place, (same, current) -> current - count));
        more.values().removeIf(count -> count <= 0);
        return more;
    }

    private static Map<Place, Long> now() {
        Map<Place, Long> now = new HashMap<>();
        Watertight.outstandingOfSources()
                .entries()
                .forEach(entry -> now.merge(new Place(entry.type(), entry.site()), entry.count(), Long::sum));
        return now;
    }
}
