package io.watertight.concurrency;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Makes virtual threads where there are any: API newer than Java 17, looked up once. */
final class VirtualThreadStarter {
    /** Makes threads that inherit no thread-locals; null before Java 21, where virtual threads are a preview. */
    private static final @Nullable ThreadFactory FACTORY = factory();

    private VirtualThreadStarter() {}

    private static @Nullable ThreadFactory factory() {
        if (Runtime.version().feature() < 21) {
            return null;
        }
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> virtual = Class.forName("java.lang.Thread$Builder$OfVirtual");
            MethodHandle ofVirtual = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(virtual));
            MethodHandle inherit = lookup.findVirtual(
                    virtual, "inheritInheritableThreadLocals", MethodType.methodType(virtual, boolean.class));
            MethodHandle factory = lookup.findVirtual(virtual, "factory", MethodType.methodType(ThreadFactory.class));
            return (ThreadFactory) factory.invoke(inherit.invoke(ofVirtual.invoke(), false));
        } catch (Throwable unexpected) {
            return null;
        }
    }

    static boolean isAvailable() {
        return FACTORY != null;
    }

    /** Whether the JVM lets go of virtual threads that nobody else has. */
    static boolean mayVanish() {
        return isAvailable() && "false".equals(System.getProperty("jdk.trackAllThreads"));
    }

    /** Makes a virtual thread that inherits no thread-locals. */
    static Thread unstarted(String name, Runnable body) {
        ThreadFactory factory = FACTORY;
        if (factory == null) {
            throw new UnsupportedOperationException("there are no virtual threads before Java 21");
        }
        Thread thread = factory.newThread(body);
        thread.setName(name);
        return thread;
    }
}
