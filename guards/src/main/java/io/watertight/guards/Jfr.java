package io.watertight.guards;

/** Flight Recorder events, if this JVM has a Flight Recorder and somebody has started it; we never do. */
interface Jfr {
    /** No recorder yet. */
    Jfr NONE = registry -> JfrLoader.load(registry);

    /** Called by each step: returns what the registry uses from now on. */
    Jfr next(LeakRegistry registry);

    /** Whether acquire or release events are enabled; they are not unless a recording asks for them. */
    default boolean recordsUse() {
        return false;
    }

    default void acquired(Site site, long bytes) {}

    default void released(Site site, long bytes, long ageNanos) {}

    default void report(LeakReport report) {}

    /** Removes every hook. */
    default void close() {}

    /** Keeps everything that names a JFR class away from JVMs without one. */
    final class JfrLoader {
        private static final boolean PRESENT = isPresent();

        private JfrLoader() {}

        private static boolean isPresent() {
            try {
                Class.forName("jdk.jfr.FlightRecorder", false, Jfr.class.getClassLoader());
                return true;
            } catch (ClassNotFoundException | LinkageError absent) {
                return false;
            }
        }

        static Jfr load(LeakRegistry registry) {
            if (!PRESENT) {
                return NONE;
            }
            Jfr started = JfrSink.ifStarted(registry);
            return started == null ? NONE : started;
        }
    }
}
