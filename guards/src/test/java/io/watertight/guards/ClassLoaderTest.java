package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A web application that is undeployed: everything it has loaded, this library included, must be collected, although the
 * threads of the server, its logger and a flight recording go on. Its loader sees the platform and the logger's jars, and
 * loads guards and {@link ClassLoaderUser} itself.
 */
@Tag("gc")
class ClassLoaderTest {
    private final List<Recording> recordings = new ArrayList<>();

    @AfterEach
    void stopRecordings() {
        recordings.forEach(Recording::close);
    }

    private void record() {
        Recording recording = new Recording();
        recording.enable("io.watertight.Outstanding").with("period", "50 ms");
        recording.enable("io.watertight.Acquire");
        recording.enable("io.watertight.Release");
        recording.start();
        recordings.add(recording);
    }

    @Test
    void loaderIsCollectedAfterShutdown() throws Exception {
        WeakReference<ClassLoader> loader = useAndShutDown("use");

        assertCollected(loader);
    }

    @ParameterizedTest
    @ValueSource(strings = {"use", "useWithRecorder"})
    void loaderIsCollectedThoughARecordingRuns(String how) throws Exception {
        record();

        WeakReference<ClassLoader> loader = useAndShutDown(how);

        assertCollected(loader);
    }

    @Test
    void loaderIsCollectedThoughARecordingBeganAndEndedMeanwhile() throws Exception {
        Undeployed application = new Undeployed();
        application.call("use");
        record();
        application.call("useWithRecorder");
        recordings.get(0).close();
        WeakReference<ClassLoader> loader = application.drop();

        assertCollected(loader);
    }

    /** The harness itself is broken in the way that it shall find: without shutdown the reaper keeps the loader. */
    @Test
    void loaderThatIsNotShutDownIsKeptByItsReaper() throws Exception {
        Undeployed application = new Undeployed();
        application.call("use");
        WeakReference<ClassLoader> loader = application.dropWithoutShutdown();

        GcBarrier.await();

        assertThat(loader.refersTo(null)).isFalse();
        assertThat(libraryThreads()).isNotEmpty();
        Undeployed.shutDown(loader.get());
        assertCollected(loader);
    }

    private static void assertCollected(WeakReference<ClassLoader> loader) {
        assertThat(libraryThreads()).isEmpty();
        boolean collected = GcBarrier.awaitUntil(() -> loader.refersTo(null));
        if (!collected) {
            HeapDump.ofFailure("class-loader");
        }
        assertThat(collected).as("loader collected").isTrue();
    }

    /** Threads of the registry of this test's own class loader do not count: nothing here uses it. */
    private static List<String> libraryThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("watertight-"))
                .toList();
    }

    private static WeakReference<ClassLoader> useAndShutDown(String how) throws Exception {
        Undeployed application = new Undeployed();
        application.call(how);
        return application.drop();
    }

    /** An application in a loader of its own. */
    private static final class Undeployed {
        private URLClassLoader loader;

        Undeployed() throws IOException {
            List<URL> own = new ArrayList<>();
            List<URL> server = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                (new File(entry).isDirectory() ? own : server).add(url(entry));
            }
            ClassLoader parent = LoggerLoader.of(server);
            loader = new URLClassLoader(own.toArray(new URL[0]), parent);
        }

        private static URL url(String entry) throws MalformedURLException {
            return Path.of(entry).toUri().toURL();
        }

        void call(String method) throws Exception {
            Class<?> user = loader.loadClass(ClassLoaderUser.class.getName());
            assertThat(user.getClassLoader()).isSameAs(loader);
            assertThat(user).isNotSameAs(ClassLoaderUser.class);
            user.getMethod(method).invoke(null);
        }

        WeakReference<ClassLoader> drop() throws Exception {
            shutDown(loader);
            loader.close();
            return dropWithoutShutdown();
        }

        WeakReference<ClassLoader> dropWithoutShutdown() {
            WeakReference<ClassLoader> reference = new WeakReference<>(loader);
            loader = null;
            return reference;
        }

        static void shutDown(ClassLoader loader) throws Exception {
            loader.loadClass(Watertight.class.getName()).getMethod("shutdown").invoke(null);
        }
    }

    /** What the server shares with its applications: the logger, and nothing of ours. It outlives them. */
    private static final class LoggerLoader {
        private static ClassLoader shared;

        static synchronized ClassLoader of(List<URL> jars) {
            if (shared == null) {
                URL[] logger = jars.stream()
                        .filter(jar -> Stream.of("slf4j", "logback", "jspecify", "error_prone")
                                .anyMatch(jar.getPath()::contains))
                        .toArray(URL[]::new);
                shared = new URLClassLoader("server", logger, ClassLoader.getPlatformClassLoader());
            }
            return shared;
        }
    }
}
