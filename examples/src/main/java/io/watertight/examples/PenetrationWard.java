package io.watertight.examples;

import com.google.common.hash.Funnels;
import io.watertight.caches.LoadDefence;
import io.watertight.caches.LoadDefenceBuilder;
import io.watertight.caches.LoadRefusedException;
import io.watertight.caches.ValueCache;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Questions for keys that do not exist: a miss leaves nothing behind in a cache, and so each goes to the database. */
final class PenetrationWard implements Ward {
    private static final int CUSTOMERS = 1_000;
    private static final int ABSENT = 100;
    private static final int ROUNDS = 20;
    private static final int QUESTIONS = ABSENT * ROUNDS;
    private static final Duration REMEMBERED = Duration.ofMinutes(5);
    private static final double LOADS_PER_SECOND = 100;
    private static final double FALSE_POSITIVES = 0.01;
    /** What the filter may let through: five times what it is made for. */
    private static final int LET_THROUGH = QUESTIONS / 20;

    @Override
    public String pattern() {
        return "cache penetration";
    }

    @Override
    public String story() {
        return "Somebody asks again and again for a hundred customers that do not exist.";
    }

    @Override
    public String type() {
        return "customer";
    }

    @Override
    public String evidence() {
        return Finding.REFUSED;
    }

    /** The exception must say what the limit is. */
    @Override
    public boolean confirms(Finding finding) {
        return finding.count() > 0 && finding.words().contains("a load is refused (limit=100.0 a second");
    }

    /** What answers questions for customers. */
    @FunctionalInterface
    private interface Lookup {
        @Nullable
        String find(int id) throws Exception;
    }

    @Override
    public void leak(Room room) throws Exception {
        Customers customers = customers(room);
        Map<Integer, String> names = new ConcurrentHashMap<>();
        ask(id -> {
            String name = names.get(id);
            if (name == null) {
                name = customers.find(id);
                if (name != null) {
                    names.put(id, name);
                }
            }
            return name;
        });
        long selects = customers.selects();
        room.see(
                selects == QUESTIONS,
                "a map as a cache: " + QUESTIONS + " questions for " + ABSENT + " customers that do not exist, "
                        + selects + " selects");

        LoadDefence<Integer> limiting = defence().rateLimit(LOADS_PER_SECOND).build();
        try (ValueCache<Integer, String> cache = cache(customers, limiting)) {
            Refusals refusals = ask(id -> room.here(cache).get(id));
            long limited = customers.selects() - selects;
            room.see(
                    refusals.count > 0 && limited + refusals.count == QUESTIONS,
                    "a cache with a limit of 100 loads a second: " + limited + " selects, " + refusals.count
                            + " refused");
            if (refusals.last != null) {
                room.refused(refusals.count, refusals.last);
            }
        }
    }

    @Override
    public void fix(Room room) throws Exception {
        remembered(customers(room), room);
        filtered(customers(room), room);
        limited(customers(room), room);
    }

    private void remembered(Customers customers, Room room) throws Exception {
        LoadDefence<Integer> defence = defence().rememberAbsent(REMEMBERED).build();
        try (ValueCache<Integer, String> cache = cache(customers, defence)) {
            Refusals refusals = ask(cache::get);
            long selects = customers.selects();
            room.see(
                    selects != ABSENT || refusals.count > 0,
                    "absence remembered for 5 minutes: " + selects + " selects");
        }
    }

    private void filtered(Customers customers, Room room) throws Exception {
        LoadDefence<Integer> defence = withFilter(customers).build();
        defence.rebuild().toCompletableFuture().join();
        try (ValueCache<Integer, String> cache = cache(customers, defence)) {
            Refusals refusals = ask(cache::get);
            long selects = customers.selects();
            int found = 0;
            for (int id = 1; id <= CUSTOMERS; id++) {
                found += cache.get(id) == null ? 0 : 1;
            }
            room.see(
                    selects > LET_THROUGH || refusals.count > 0 || found != CUSTOMERS,
                    "a bloom filter of the table's keys: " + selects + " selects, and " + found + " of " + CUSTOMERS
                            + " that do exist are found");
        }
    }

    /** All three. The limit is the last of them: what comes through the others, the database can bear. */
    private void limited(Customers customers, Room room) throws Exception {
        long start = System.nanoTime(); // from its making on, the limiter saves up what is not used
        LoadDefence<Integer> defence = withFilter(customers)
                .rememberAbsent(REMEMBERED)
                .rateLimit(LOADS_PER_SECOND)
                .build();
        defence.rebuild().toCompletableFuture().join();
        try (ValueCache<Integer, String> cache = cache(customers, defence)) {
            ask(cache::get);
            long selects = customers.selects();
            double allowed = 1 + LOADS_PER_SECOND * (System.nanoTime() - start) / 1e9;
            room.see(
                    selects > LET_THROUGH / ROUNDS || selects > allowed,
                    "both, and no more than 100 loads a second: " + selects + " selects");
        }
    }

    private static Customers customers(Room room) throws SQLException {
        return Customers.in(room.afterwards(Database.start()), CUSTOMERS);
    }

    private LoadDefenceBuilder<Integer> defence() {
        return LoadDefence.builder(type());
    }

    private LoadDefenceBuilder<Integer> withFilter(Customers customers) {
        return defence().filter(CUSTOMERS, FALSE_POSITIVES, Funnels.integerFunnel(), customers::ids);
    }

    private ValueCache<Integer, String> cache(Customers customers, LoadDefence<Integer> defence) {
        return ValueCache.<Integer, String>builder(type())
                .maximumSize(CUSTOMERS)
                .defence(defence)
                .loader((id, load) -> customers.find(id))
                .build();
    }

    /** Questions that got no answer, because there were too many. */
    private static final class Refusals {
        private long count;
        private @Nullable LoadRefusedException last;
    }

    /** The program: the same for all caches. */
    private static Refusals ask(Lookup lookup) throws Exception {
        Refusals refusals = new Refusals();
        for (int i = 0; i < QUESTIONS; i++) {
            int absent = CUSTOMERS + 1 + i % ABSENT;
            try {
                if (lookup.find(absent) != null) {
                    throw new IllegalStateException("there is a customer " + absent);
                }
            } catch (LoadRefusedException refused) {
                refusals.count++;
                refusals.last = refused;
            }
        }
        return refusals;
    }
}
