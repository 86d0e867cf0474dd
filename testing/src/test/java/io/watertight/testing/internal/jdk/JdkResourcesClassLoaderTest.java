package io.watertight.testing.internal.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Timer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The callbacks and the transformer are all that leads from the JDK to us, and both go. */
@Tag("gc")
class JdkResourcesClassLoaderTest {
    @Test
    void aClassLoaderThatWatchedIsCollected() throws Exception {
        WeakReference<ClassLoader> loader = useAndDrop();

        try (JdkResources ours = Watch.install()) {
            assertThat(Collector.collectUntil(ours, () -> loader.refersTo(null)))
                    .isTrue();
        }
    }

    @Test
    void aSecondCopyOfThisLibraryIsRefusedAndLeavesTheFirstAlone() throws Exception {
        try (JdkResources ours = Watch.install();
                URLClassLoader second = loader()) {
            List<?> refused = (List<?>) second.loadClass(LoaderUser.class.getName())
                    .getMethod("use")
                    .invoke(null);

            assertThat(refused.toString()).contains("another copy of this library");
            assertThat(ours.isActive()).isTrue();
            Timer[] held = new Timer[1];
            Watch.Left left = Watch.over(() -> held[0] = new Timer(true));
            held[0].cancel();
            assertThat(left.types()).containsExactly("java.util.Timer");
        }
    }

    private static WeakReference<ClassLoader> useAndDrop() throws Exception {
        try (URLClassLoader loader = loader()) {
            Class<?> user = loader.loadClass(LoaderUser.class.getName());
            assertThat(user).isNotSameAs(LoaderUser.class);
            assertThat(user.getMethod("use").invoke(null)).isEqualTo(List.of("java.io.FileInputStream"));
            return new WeakReference<>(loader);
        }
    }

    /** Our own classes anew, over the jars of others. */
    private static URLClassLoader loader() throws Exception {
        List<URL> own = new ArrayList<>();
        Fork.classPath()
                .map(File::new)
                .filter(entry -> entry.isDirectory() || entry.getName().startsWith("watertight-"))
                .forEach(entry -> own.add(url(entry)));
        return new URLClassLoader(own.toArray(new URL[0]), JdkResourcesClassLoaderTest.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                synchronized (getClassLoadingLock(name)) {
                    Class<?> loaded = findLoadedClass(name);
                    if (loaded != null) {
                        return loaded;
                    }
                    return name.startsWith("io.watertight.") ? findClass(name) : super.loadClass(name, resolve);
                }
            }
        };
    }

    private static URL url(File entry) {
        try {
            return entry.toURI().toURL();
        } catch (MalformedURLException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
