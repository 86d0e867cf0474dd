package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.guards.Watertight;
import io.watertight.testing.GcBarrier;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A web application that used caches is undeployed: its loader, this library included, is collected. */
@Tag("gc")
class CacheClassLoaderTest {
    private static final int ROUNDS = 100;

    @Test
    void loaderIsCollectedAfterCloseAndShutdown() throws Exception {
        WeakReference<ClassLoader> loader = useAndDrop();

        for (int round = 0; round < ROUNDS && !loader.refersTo(null); round++) {
            GcBarrier.await();
        }

        assertThat(loader.refersTo(null)).as("loader collected").isTrue();
    }

    private static WeakReference<ClassLoader> useAndDrop() throws Exception {
        URL[] own = {location(Watertight.class), location(LeasedCache.class), location(CacheUser.class)};
        try (URLClassLoader loader = new URLClassLoader(own, new LibrariesOnly())) {
            Class<?> user = loader.loadClass(CacheUser.class.getName());
            assertThat(user).isNotSameAs(CacheUser.class);
            user.getMethod("use").invoke(null);
            return new WeakReference<>(loader);
        }
    }

    private static URL location(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    /** Sees what the test sees, but for this library. */
    private static final class LibrariesOnly extends ClassLoader {
        LibrariesOnly() {
            super(CacheClassLoaderTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("io.watertight.")) {
                throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
        }
    }
}
