package io.watertight.guards.user;

import io.watertight.guards.Watertight;
import java.io.File;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A server that shares this library among its applications: an application uses it from a loader of its own and is dropped,
 * the library goes on. Prints {@code collected=1} if the application's loader went.
 */
public final class SharedLibraryMain {
    private SharedLibraryMain() {}

    /** Runs an application, drops it, and says whether it went. */
    public static void main(String[] arguments) throws Exception {
        WeakReference<ClassLoader> loader = runApplication();
        for (int round = 0; round < 20 && !loader.refersTo(null); round++) {
            collect();
            Watertight.pump();
        }
        System.out.println("collected=" + (loader.refersTo(null) ? 1 : 0));
        long threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("watertight-"))
                .count();
        System.out.println("threads=" + threads);
    }

    private static WeakReference<ClassLoader> runApplication() throws Exception {
        ClassLoader application = new ApplicationLoader();
        Thread thread = new Thread(() -> {
            try {
                Class<?> user = application.loadClass(SharedLibraryUser.class.getName());
                if (user.getClassLoader() != application) {
                    throw new IllegalStateException("not loaded by the application");
                }
                user.getMethod("use", Runnable.class).invoke(null, (Runnable) SharedLibraryMain::collect);
            } catch (ReflectiveOperationException failed) {
                throw new IllegalStateException(failed);
            }
        });
        thread.setContextClassLoader(application);
        thread.start();
        thread.join();
        return new WeakReference<>(application);
    }

    static void collect() {
        for (int round = 0; round < 3; round++) {
            ReferenceQueue<Object> queue = new ReferenceQueue<>();
            PhantomReference<Object> sentinel = new PhantomReference<>(new Object(), queue);
            while (!sentinel.refersTo(null) || queue.poll() == null) {
                System.gc();
                Thread.onSpinWait();
            }
        }
    }

    /** Loads the application's class itself, although its parent could. */
    private static final class ApplicationLoader extends URLClassLoader {
        ApplicationLoader() throws MalformedURLException {
            super("application", classPath(), SharedLibraryMain.class.getClassLoader());
        }

        private static URL[] classPath() throws MalformedURLException {
            List<URL> urls = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                urls.add(Path.of(entry).toUri().toURL());
            }
            return urls.toArray(new URL[0]);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(SharedLibraryUser.class.getName())) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }
}
