package io.watertight.testing.internal.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.watertight.guards.DirectMemory;
import io.watertight.guards.LeakDetector;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.commons.util.ReflectionUtils;

/** Only what code under test opened is tracked, and it is the user's line that is named. */
class OriginTest {
    private static JdkResources watch;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() throws Exception {
        watch = Watch.install();
    }

    @AfterAll
    static void end() {
        watch.close();
        assertThat(watch.failures()).isZero();
    }

    @Test
    void namesTheLineThatCalledTheJdk() throws Exception {
        Path file = Files.createFile(folder.resolve("line"));
        InputStream[] held = new InputStream[1];

        Watch.Left left = Watch.over(() -> held[0] = Files.newInputStream(file));
        held[0].close();

        int line = new Throwable().getStackTrace()[0].getLineNumber() - 3;
        assertThat(left.sites()).hasSize(1);
        assertThat(left.sites().get(0)).endsWith("(OriginTest.java:" + line + ")");
        assertThat(left.reports().get(0).acquiredAt())
                .anyMatch(frame -> frame.getLineNumber() == line && "OriginTest.java".equals(frame.getFileName()))
                .anyMatch(frame -> frame.getMethodName().equals("newInputStream"));
    }

    @Test
    void ignoresWhatClassLoadingOpens() throws Exception {
        Path jar = jar("loaded.jar", Loaded.class);

        Watch.Left left;
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            left = Watch.over(() -> {
                assertThat(loader.loadClass(Loaded.class.getName()).getClassLoader())
                        .isSameAs(loader);
            });
        }

        assertThat(left.types()).as(left.sites().toString()).isEmpty();
    }

    @Test
    void ignoresWhatAClassLoaderOfTheUserOpens() throws Exception {
        Path file = Files.createFile(folder.resolve("by-loader"));
        FileInputStream[] held = new FileInputStream[1];

        Watch.Left left = Watch.over(() -> {
            ClassLoader loader = new ClassLoader(null) {
                @Override
                protected Class<?> findClass(String name) throws ClassNotFoundException {
                    try {
                        held[0] = new FileInputStream(file.toFile());
                    } catch (IOException failure) {
                        throw new AssertionError(failure);
                    }
                    throw new ClassNotFoundException(name);
                }
            };
            assertThatThrownBy(() -> loader.loadClass("no.such.Class")).isInstanceOf(ClassNotFoundException.class);
        });
        held[0].close();

        assertThat(left.types()).isEmpty();
    }

    @Test
    void tracksAResourceThatCodeUnderTestReads() throws Exception {
        Files.createFile(folder.resolve("resource.txt"));
        InputStream[] held = new InputStream[1];

        Watch.Left left;
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
            left = Watch.over(() -> held[0] = new Forwarding(loader).getResourceAsStream("resource.txt"));
            held[0].close();
        }

        assertThat(left.types()).containsExactly("java.io.FileInputStream");
    }

    /** Not a class loader itself: the line that calls one. */
    private record Forwarding(ClassLoader loader) {
        InputStream getResourceAsStream(String name) {
            return loader.getResourceAsStream(name);
        }
    }

    @Test
    void ignoresWhatTheRunnerOpens() throws Exception {
        Path file = Files.createFile(folder.resolve("by-runner"));
        Object[] held = new Object[1];

        Watch.Left left = Watch.over(() -> held[0] = ReflectionUtils.newInstance(FileInputStream.class, file.toFile()));
        ((FileInputStream) held[0]).close();

        assertThat(left.types()).isEmpty();
    }

    @Test
    void ignoresWhatStaticInitialisersOfTheJdkOpen() throws Exception {
        Watch.Left left = Watch.over(() -> {
            assertThat(new SecureRandom().generateSeed(1)).hasSize(1);
            SecureRandom.getInstance("NativePRNG").nextInt();
        });

        assertThat(left.types()).as(left.sites().toString()).isEmpty();
    }

    @Test
    void ignoresBuffersOfTheJdkItself() throws Exception {
        Watch.Left left = Watch.over(() -> {
            try (FileChannel channel =
                    new RandomAccessFile(folder.resolve("buffered").toFile(), "rw").getChannel()) {
                channel.write(ByteBuffer.allocate(3_333_333)); // through a direct buffer that the thread keeps
            }
        });

        assertThat(left.types()).as(left.sites().toString()).isEmpty();
    }

    @Test
    void ignoresWhatThisLibraryOpens() throws Exception {
        DirectMemory[] held = new DirectMemory[1];

        Watch.Left left = Watch.over(() -> held[0] = DirectMemory.allocate(LeakDetector.of("direct memory"), 10));
        held[0].close();

        assertThat(left.types()).containsExactly("direct memory");
    }

    @Test
    void ignoresWhatIsOpenedOutsideTheScope() throws Exception {
        Path file = Files.createFile(folder.resolve("outside"));

        try (FileInputStream stream = new FileInputStream(file.toFile())) {
            assertThat(watch.isNothingOpen()).isTrue();
            assertThat(stream.read()).isEqualTo(-1);
        }
    }

    @Test
    void countsButNeverReportsWhatAStaticFieldHolds() throws Exception {
        Watch.Left left =
                Watch.over(() -> assertThat(Shared.EXECUTOR.isShutdown()).isFalse());

        assertThat(left.types()).containsExactly("java.util.concurrent.ThreadPoolExecutor");
        assertThat(left.sites().get(0)).contains("OriginTest$Shared.<clinit>");
        assertThat(left.reports()).isEmpty();
        Shared.EXECUTOR.shutdown();
    }

    /** Made when it is first used. */
    private static final class Shared {
        static final ExecutorService EXECUTOR = Executors.newSingleThreadExecutor();

        private Shared() {}
    }

    @Test
    void aConditionThatThrowsDoesNoHarm() {
        OpenResources resources = new OpenResources(
                () -> {
                    throw new IllegalStateException("expected by this test");
                },
                EnumSet.allOf(Kind.class));

        resources.opened(new Object(), Kind.FILE_INPUT_STREAM.name());

        assertThat(resources.failures()).isOne();
        assertThat(resources.isEmpty()).isTrue();
    }

    private static Path jar(String name, Class<?> type) throws IOException {
        String entry = type.getName().replace('.', '/') + ".class";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes);
                InputStream source = type.getClassLoader().getResourceAsStream(entry)) {
            jar.putNextEntry(new JarEntry(entry));
            source.transferTo(jar);
            jar.closeEntry();
        }
        return Files.write(folder.resolve(name), bytes.toByteArray());
    }

    /** A class to be loaded a second time. */
    static final class Loaded {}
}
