package io.watertight.guards.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** The one place that knows virtual threads: API newer than Java 17, reached through method handles looked up once. */
public final class VirtualThreads {
    private static final int FIRST_VERSION = 21;
    private static final MethodHandle IS_VIRTUAL = isVirtualHandle();

    private VirtualThreads() {}

    /** Looked up when the first virtual thread is asked for: most who ask whether a thread is virtual make none. */
    private static final class Factory {
        /** Makes threads that inherit no thread-locals; null before Java 21, where virtual threads are a preview. */
        static final @Nullable ThreadFactory INSTANCE = factory();
    }

    /**
     * Says whether a thread is virtual.
     *
     * @param thread the thread to ask
     * @return true for a virtual thread; always false before Java 21
     */
    public static boolean isVirtual(Thread thread) {
        try {
            return (boolean) IS_VIRTUAL.invokeExact(thread);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    /**
     * Says whether virtual threads can be made.
     *
     * @return true from Java 21 on
     */
    public static boolean isAvailable() {
        return Factory.INSTANCE != null;
    }

    /**
     * Says whether the JVM lets go of virtual threads that nobody else has.
     *
     * @return true if there are any, and the JVM was started with {@code -Djdk.trackAllThreads=false}
     */
    public static boolean mayVanish() {
        return isAvailable() && "false".equals(System.getProperty("jdk.trackAllThreads"));
    }

    /**
     * Makes a virtual thread that inherits no thread-locals.
     *
     * @param name its name
     * @param body what it runs
     * @return the thread, not started
     * @throws UnsupportedOperationException before Java 21
     */
    public static Thread unstarted(String name, Runnable body) {
        ThreadFactory factory = Factory.INSTANCE;
        if (factory == null) {
            throw new UnsupportedOperationException("there are no virtual threads before Java " + FIRST_VERSION);
        }
        Thread thread = factory.newThread(body);
        thread.setName(name);
        return thread;
    }

    private static MethodHandle isVirtualHandle() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (NoSuchMethodException before21) {
            return MethodHandles.dropArguments(MethodHandles.constant(boolean.class, false), 0, Thread.class);
        } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static @Nullable ThreadFactory factory() {
        if (Runtime.version().feature() < FIRST_VERSION) {
            return null;
        }
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> builder = Class.forName("java.lang.Thread$Builder$OfVirtual");
            MethodHandle ofVirtual = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(builder));
            MethodHandle inherit = lookup.findVirtual(
                    builder, "inheritInheritableThreadLocals", MethodType.methodType(builder, boolean.class));
            MethodHandle factory = lookup.findVirtual(builder, "factory", MethodType.methodType(ThreadFactory.class));
            return (ThreadFactory) factory.invoke(inherit.invoke(ofVirtual.invoke(), false));
        } catch (Throwable unexpected) {
            return null;
        }
    }
}
