package io.watertight.testing.internal.jdk;

import io.watertight.guards.Guard;
import java.lang.StackWalker.StackFrame;
import java.security.CodeSource;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who opened a resource: the first line outside the JDK, and whether that line is answerable for it.
 *
 * @param label class, method, file and line
 * @param entry the class of the JDK that this line called
 * @param permanent true if it was opened for a static field, and so for as long as the class lives
 */
record Origin(String label, String entry, boolean permanent) {
    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    /** Whoever runs the tests. Nothing further out on the stack was done by a test. */
    private static final List<String> RUNNERS = List.of(
            "org.junit.",
            "org.testng.",
            "org.apache.maven.surefire.",
            "org.gradle.",
            "com.intellij.",
            "org.eclipse.jdt.internal.",
            "org.mockito.",
            "net.bytebuddy.",
            "org.jacoco.");

    /** Loading a class or a module opens files that stay open. */
    private static final List<String> CLASS_LOADING = List.of(
            "java.lang.ClassLoader",
            "java.lang.Module",
            "java.net.URLClassLoader",
            "java.util.ServiceLoader",
            "java.util.jar.JarFile",
            "java.util.zip.ZipFile",
            "jdk.internal.jimage.",
            "jdk.internal.jrtfs.",
            "jdk.internal.loader.",
            "jdk.internal.module.");

    /** Parts of the JDK that own what they open: their user closes them, or nobody can. */
    private static final List<String> OWNERS = List.of(
            "java.lang.VirtualThread",
            "jdk.internal.net.http.",
            "jdk.jfr.",
            "sun.management.",
            "sun.net.ftp.",
            "sun.net.www.http.",
            "sun.net.www.protocol.http.",
            "sun.net.www.protocol.https.",
            "sun.net.www.protocol.jar.",
            "sun.nio.ch.PipeImpl",
            "sun.nio.ch.ThreadPool",
            "sun.rmi.",
            "sun.security.provider.",
            "sun.tools.");

    /** Goes through class loaders too, but what it opens is for the caller to close. */
    private static final String RESOURCE_METHOD = "getResourceAsStream";

    private static final String INITIALISER = "<clinit>";

    static boolean isJdk(Class<?> type) {
        String module = type.getModule().getName();
        return module != null && (module.startsWith("java.") || module.startsWith("jdk."));
    }

    /** Looks at the stack of the calling thread; null if nobody is to be blamed. */
    static @Nullable Origin find(Kind kind) {
        return WALKER.walk(frames -> find(kind, frames));
    }

    private static @Nullable Origin find(Kind kind, Stream<StackFrame> stack) {
        Iterator<StackFrame> frames =
                stack.dropWhile(frame -> !isJdk(frame.getDeclaringClass())).iterator();
        Inside inside = new Inside(kind);
        String entry = "";
        while (frames.hasNext()) {
            StackFrame frame = frames.next();
            if (!isJdk(frame.getDeclaringClass())) {
                return isAnswerable(frame.getDeclaringClass())
                        ? new Origin(label(frame), entry, isForStaticField(frame, frames))
                        : null;
            }
            if (!inside.allows(frame)) {
                return null;
            }
            entry = frame.getClassName();
        }
        return null; // a thread of the JDK's own
    }

    private static boolean isAnswerable(Class<?> caller) {
        return !startsWithAny(caller.getName(), RUNNERS)
                && !ClassLoader.class.isAssignableFrom(caller)
                && !isOurs(caller);
    }

    /** By where it comes from: other code, our own tests for one, may live in packages of the same name. */
    private static boolean isOurs(Class<?> caller) {
        if (!caller.getName().startsWith("io.watertight.")) {
            return false;
        }
        CodeSource source = caller.getProtectionDomain().getCodeSource();
        return source != null && (source.equals(sourceOf(Origin.class)) || source.equals(sourceOf(Guard.class)));
    }

    private static @Nullable CodeSource sourceOf(Class<?> type) {
        return type.getProtectionDomain().getCodeSource();
    }

    private static boolean isForStaticField(StackFrame caller, Iterator<StackFrame> outer) {
        for (StackFrame frame = caller; !startsWithAny(frame.getClassName(), RUNNERS); frame = outer.next()) {
            if (frame.getMethodName().equals(INITIALISER)) {
                return true;
            }
            if (!outer.hasNext()) {
                return false;
            }
        }
        return false;
    }

    private static String label(StackFrame frame) {
        return frame.getClassName() + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
                + frame.getLineNumber() + ")";
    }

    private static boolean startsWithAny(String name, List<String> prefixes) {
        for (String prefix : prefixes) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    boolean isEnteredThrough(String className) {
        return entry.equals(className);
    }

    /** The frames between the resource and its user, innermost first. */
    private static final class Inside {
        private final Kind kind;
        private int depth;

        Inside(Kind kind) {
            this.kind = kind;
        }

        /** False if what this frame opens is nobody's to close. */
        boolean allows(StackFrame frame) {
            String name = frame.getClassName();
            String method = frame.getMethodName();
            depth++;
            return !method.equals(INITIALISER)
                    && !isLoadingClass(name, method)
                    && (kind.isOutermost() || !startsWithAny(name, OWNERS))
                    && !(kind == Kind.DIRECT_BUFFER && depth > 1)
                    && !(kind != Kind.SERVER_SOCKET_CHANNEL && name.startsWith("sun.net.httpserver."))
                    // The stream over a tree is open as long as its root is.
                    && !(name.equals("java.nio.file.FileTreeWalker") && method.equals("next"));
        }

        private boolean isLoadingClass(String name, String method) {
            return startsWithAny(name, CLASS_LOADING) && !method.equals(RESOURCE_METHOD);
        }
    }
}
