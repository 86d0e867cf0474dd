package io.watertight.testing.internal.jdk;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the streams, channels, sockets, HTTP bodies, executors, timers and direct buffers of the JDK that code under test
 * opens, without a change to that code: each is tracked like any guarded resource, under the name of its class and the line
 * that opened it.
 *
 * <p>It is done by an agent that Byte Buddy attaches to the running JVM. Where Byte Buddy or its agent is missing, or the JVM
 * refuses, that is logged once, and nothing is watched. One watch at a time in a JVM. Thread-safe.
 */
public final class JdkResources implements AutoCloseable {
    /** The type of direct buffers, which are never reported: count them after a collection. */
    public static final String DIRECT_BUFFER = Kind.DIRECT_BUFFER.type();

    private static final Logger LOG = LoggerFactory.getLogger(JdkResources.class);
    private static final Object LOCK = new Object();
    private static final AtomicBoolean TOLD = new AtomicBoolean();
    private static @Nullable JdkResources current;

    private final @Nullable OpenResources resources;
    private final @Nullable Runnable unweave;
    private final @Nullable String reason;
    private volatile boolean active;

    private JdkResources(OpenResources resources, Runnable unweave) {
        this.resources = resources;
        this.unweave = unweave;
        this.reason = null;
        this.active = true;
    }

    private JdkResources(String reason) {
        this.resources = null;
        this.unweave = null;
        this.reason = reason;
    }

    /**
     * Starts the watch. Blocks for the second that attaching and changing the classes take.
     *
     * @param isInScope asked on the opening thread, in the middle of the JDK's code, whether what it opens now is to be
     *     tracked; it must be quick and must not block
     * @return the watch; the one that is active already, with its own condition, if there is one
     */
    public static JdkResources install(BooleanSupplier isInScope) {
        Objects.requireNonNull(isInScope, "isInScope");
        synchronized (LOCK) {
            JdkResources present = current;
            if (present == null) {
                present = start(isInScope);
                current = present.active ? present : null;
            }
            return present;
        }
    }

    private static JdkResources start(BooleanSupplier isInScope) {
        try {
            return Start.start(isInScope);
        } catch (LinkageError missing) {
            return inactive("Byte Buddy is missing or too old (" + missing + "); add net.bytebuddy:byte-buddy and"
                    + " net.bytebuddy:byte-buddy-agent, of the same version, to the tests");
        } catch (Exception refused) {
            return inactive("the JVM refused the agent (" + rootOf(refused) + "); start the tests with"
                    + " -XX:+EnableDynamicAgentLoading, or with -javaagent: and the path of byte-buddy-agent.jar");
        }
    }

    private static JdkResources inactive(String reason) {
        if (TOLD.compareAndSet(false, true)) {
            LOG.warn("jdk resources: not watched; {}", reason);
        }
        return new JdkResources(reason);
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return root;
    }

    /** Touches Byte Buddy: whoever calls it is prepared for its absence. */
    private static final class Start {
        private Start() {}

        static JdkResources start(BooleanSupplier isInScope) throws Exception {
            Weaver weaver = Weaver.attach();
            if (weaver.callbacks().isTaken()) {
                return inactive("another copy of this library watches them in this JVM; load it once");
            }
            try {
                Set<Kind> kinds = weaver.weave();
                if (kinds.isEmpty()) {
                    weaver.unweave();
                    return inactive(
                            "no class of this JDK could be changed; update Byte Buddy to a version that knows Java "
                                    + Runtime.version().feature());
                }
                OpenResources resources = new OpenResources(isInScope, kinds);
                warmUp();
                weaver.callbacks().set(resources::opened, resources::closed, exchanges(resources, kinds));
                return new JdkResources(resources, () -> {
                    weaver.callbacks().clear();
                    weaver.unweave();
                });
            } catch (Exception | LinkageError failure) {
                weaver.callbacks().clear();
                weaver.unweave();
                throw failure;
            }
        }

        private static @Nullable BiConsumer<Object, Object> exchanges(OpenResources resources, Set<Kind> kinds) {
            return kinds.contains(Kind.HTTP_BODY) ? new HttpBodies(resources)::exchanged : null;
        }

        /** Loads what the callbacks need now, and not in the middle of somebody's class loading. */
        private static void warmUp() {
            Origin.find(Kind.FILE_INPUT_STREAM);
        }
    }

    /**
     * Says whether resources are watched.
     *
     * @return false if that was refused, or after {@link #close()}
     */
    public boolean isActive() {
        return active;
    }

    /**
     * Says why nothing is watched, and what to do about it.
     *
     * @return the reason; null if the watch was started
     */
    public @Nullable String reason() {
        return reason;
    }

    /**
     * Forgets what the collector has found: a direct buffer counts as open until then. Call it after each collection that
     * is made for the sake of a check, and before reading what is still open.
     */
    public void releaseCollected() {
        if (resources != null) {
            resources.release();
        }
    }

    /** Ends the watch and restores the JDK's classes. What is open now is never reported. No effect the second time. */
    @Override
    public void close() {
        synchronized (LOCK) {
            if (!active) {
                return;
            }
            active = false;
            current = null;
            Objects.requireNonNull(unweave).run();
            Objects.requireNonNull(resources).forget();
        }
    }

    /** For tests: whether nothing is open. */
    boolean isNothingOpen() {
        return resources == null || resources.isEmpty();
    }

    /** For tests: how often our own code failed in the middle of the JDK's. */
    long failures() {
        return resources == null ? 0 : resources.failures();
    }
}
