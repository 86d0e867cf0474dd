package io.watertight.benchmarks;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The pools that are compared, by name. */
final class PoolContenders {
    /** The type whose level the command line of a fork sets to OFF. */
    static final String UNTRACKED = "untracked";

    private static final String STORMPOT = "io.watertight.benchmarks.StormpotContender";

    /** Makes a pool. */
    private interface Maker {
        PoolContender make(int capacity) throws Exception;
    }

    /** What a row is, and whether its pool has a wait at all. */
    private record Row(String label, boolean waits, Maker maker) {}

    private static final Map<String, Row> ROWS = new LinkedHashMap<>();

    static {
        row("lease", "**Watertight, lease**", true, capacity -> new WatertightContenders.Leasing("tracked", capacity));
        row(
                "leaseOff",
                "Watertight, lease, level OFF",
                true,
                capacity -> new WatertightContenders.Leasing(UNTRACKED, capacity));
        row("ticket", "Watertight, ticket", true, WatertightContenders.Ticketing::new);
        row("with", "Watertight, with", true, WatertightContenders.With::new);
        if (hasStormpot()) {
            row("stormpot", "Stormpot, thread-local tap", true, capacity -> stormpot(capacity, false));
            row("stormpotVirtual", "Stormpot, tap for virtual threads", true, capacity -> stormpot(capacity, true));
        }
        row("hikari", "HikariCP's ConcurrentBag", true, PeerContenders.Hikari::new);
        row("commons", "commons-pool2", true, PeerContenders.Commons::new);
        row("vibur", "Vibur, fair", true, PeerContenders.Vibur::new);
        row("jetty", "Jetty's ConcurrentPool", false, PeerContenders.Jetty::new);
        row("queueFair", "ArrayBlockingQueue, fair", true, capacity -> new PeerContenders.Queue(capacity, true));
        row("queue", "ArrayBlockingQueue", true, capacity -> new PeerContenders.Queue(capacity, false));
        row("jctools", "JCTools MpmcAtomicArrayQueue", false, PeerContenders.JcTools::new);
    }

    private PoolContenders() {}

    private static void row(String name, String label, boolean waits, Maker maker) {
        ROWS.put(name, new Row(label, waits, maker));
    }

    static List<String> names() {
        return new ArrayList<>(ROWS.keySet());
    }

    static String label(String name) {
        return ROWS.get(name).label;
    }

    /** False for what only says that there is none. */
    static boolean waits(String name) {
        return ROWS.get(name).waits;
    }

    static PoolContender make(String name, int capacity) throws Exception {
        return ROWS.get(name).maker.make(capacity);
    }

    /** Stormpot needs a newer JDK, and is compiled there only. */
    private static boolean hasStormpot() {
        try {
            Class.forName(STORMPOT, false, PoolContenders.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | UnsupportedClassVersionError older) {
            return false;
        }
    }

    private static PoolContender stormpot(int capacity, boolean virtual) throws Exception {
        try {
            return (PoolContender) Class.forName(STORMPOT)
                    .getDeclaredConstructor(int.class, boolean.class)
                    .newInstance(capacity, virtual);
        } catch (InvocationTargetException thrown) {
            throw new IllegalStateException(thrown.getCause());
        }
    }
}
