package io.watertight.concurrency;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** Makes virtual threads where there are any: API newer than Java 17, reached through method handles looked up once. */
final class VirtualThreadStarter {
    private static final @Nullable Handles HANDLES = Handles.find();

    private VirtualThreadStarter() {}

    private record Handles(MethodHandle ofVirtual, MethodHandle name, MethodHandle inherit, MethodHandle unstarted) {
        static @Nullable Handles find() {
            if (Runtime.version().feature() < 21) {
                return null; // a preview until then
            }
            try {
                MethodHandles.Lookup lookup = MethodHandles.publicLookup();
                Class<?> virtual = Class.forName("java.lang.Thread$Builder$OfVirtual");
                return new Handles(
                        lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(virtual)),
                        lookup.findVirtual(virtual, "name", MethodType.methodType(virtual, String.class)),
                        lookup.findVirtual(
                                virtual,
                                "inheritInheritableThreadLocals",
                                MethodType.methodType(virtual, boolean.class)),
                        lookup.findVirtual(virtual, "unstarted", MethodType.methodType(Thread.class, Runnable.class)));
            } catch (ReflectiveOperationException unexpected) {
                return null;
            }
        }
    }

    static boolean isAvailable() {
        return HANDLES != null;
    }

    /** Whether the JVM lets go of virtual threads that nobody else has. */
    static boolean mayVanish() {
        return isAvailable() && "false".equals(System.getProperty("jdk.trackAllThreads"));
    }

    /** Makes a virtual thread that inherits no thread-locals. */
    static Thread unstarted(String name, Runnable body) {
        Handles handles = HANDLES;
        if (handles == null) {
            throw new UnsupportedOperationException("there are no virtual threads before Java 21");
        }
        try {
            Object builder = handles.inherit.invoke(handles.name.invoke(handles.ofVirtual.invoke(), name), false);
            return (Thread) handles.unstarted.invoke(builder, body);
        } catch (RuntimeException | Error unchecked) {
            throw unchecked;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }
}
