package io.watertight.testing.internal.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.IOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdkResourcesInstallTest {
    private static final String TOLD = "jdk resources: not watched; ";

    @TempDir
    Path folder;

    @Test
    void isOneWatchForTheWholeJvm() {
        try (JdkResources first = JdkResources.install(() -> false)) {
            JdkResources second = JdkResources.install(() -> true);

            assertThat(second).isSameAs(first);
            assertThat(first.isActive()).isTrue();
            assertThat(first.reason()).isNull();
        }
    }

    @Test
    void canBeStartedAgainAfterItsEnd() throws Exception {
        JdkResources first = Watch.install();
        first.close();
        first.close();

        try (JdkResources second = Watch.install()) {
            Path file = Files.createFile(folder.resolve("file"));
            FileInputStream[] held = new FileInputStream[1];
            Watch.Left left = Watch.over(() -> held[0] = new FileInputStream(file.toFile()));
            held[0].close();

            assertThat(second).isNotSameAs(first);
            assertThat(first.isActive()).isFalse();
            assertThat(left.types()).containsExactly("java.io.FileInputStream");
        }
    }

    @Test
    void restoresTheClassesAndLetsGoOfItsCallbacks() throws Exception {
        Instrumentation instrumentation = ByteBuddyAgent.install();
        Map<String, byte[]> before = bytes(instrumentation);
        Map<String, byte[]> during;
        try (JdkResources watch = Watch.install()) {
            assertThat(watch.isActive()).isTrue();
            during = bytes(instrumentation);
            assertThat(callback("opened")).isNotNull();
            assertThat(callback("closed")).isNotNull();
        }
        Map<String, byte[]> after = bytes(instrumentation);

        for (String type : before.keySet()) {
            assertThat(Arrays.equals(before.get(type), during.get(type)))
                    .as(type)
                    .isFalse();
            assertThat(after.get(type)).as(type).isEqualTo(before.get(type));
        }
        assertThat(callback("opened")).isNull();
        assertThat(callback("closed")).isNull();
        assertThat(callback("exchanged")).isNull();
    }

    @Test
    void doesNotReportWhatIsOpenWhenItEnds() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        FileInputStream[] held = new FileInputStream[1];
        JdkResources watch = Watch.install();

        Watch.Left left = Watch.over(() -> {
            held[0] = new FileInputStream(file.toFile());
            watch.close();
        });
        held[0].close();

        assertThat(left.types()).isEmpty();
        assertThat(left.reports()).isEmpty();
        assertThat(watch.isNothingOpen()).isTrue();
    }

    @Test
    void aConditionMayOpenFilesItself() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        AtomicInteger asked = new AtomicInteger();
        FileInputStream[] held = new FileInputStream[1];

        try (JdkResources watch = JdkResources.install(() -> opensAFile(file, asked))) {
            Watch.Left left = Watch.over(() -> held[0] = new FileInputStream(file.toFile()));
            held[0].close();

            assertThat(left.types()).containsExactly("java.io.FileInputStream");
            assertThat(watch.failures()).isZero();
            assertThat(asked).hasValueGreaterThan(0);
        }
    }

    private static boolean opensAFile(Path file, AtomicInteger asked) {
        asked.incrementAndGet();
        try (FileInputStream own = new FileInputStream(file.toFile())) {
            return own.read() == -1 && Watch.isInScope();
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void worksBesideTheFlightRecorderWhichChangesTheSameClasses() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        FileInputStream[] held = new FileInputStream[1];
        Path recorded = folder.resolve("recording.jfr");

        Watch.Left left;
        try (Recording recording = new Recording();
                JdkResources watch = Watch.install()) {
            recording.enable("jdk.FileRead").withThreshold(Duration.ZERO);
            recording.start();
            left = Watch.over(() -> held[0] = new FileInputStream(file.toFile()));
            held[0].read();
            held[0].close();
            assertThat(watch.isNothingOpen()).isTrue();
            recording.dump(recorded);
        }

        assertThat(left.types()).containsExactly("java.io.FileInputStream");
        assertThat(RecordingFile.readAllEvents(recorded))
                .filteredOn(event -> event.getEventType().getName().equals("jdk.FileRead"))
                .anyMatch(event -> file.toString().equals(event.getString("path")));
    }

    @Test
    void leavesNoFileBehind() throws Exception {
        String printed = Fork.run(InstallMain.class, entry -> true, "-Djava.io.tmpdir=" + folder);

        assertThat(printed)
                .contains("active=true", "same=true", "reason=null", "before=[]", "found=[java.io.FileInputStream]")
                .contains("after=[]", "left=[]")
                .doesNotContain(TOLD);
    }

    @Test
    void opensNoPackageOfTheJdkToCodeUnderTest() {
        try (JdkResources watch = Watch.install()) {
            assertThat(watch.isActive()).isTrue();
            Module base = Object.class.getModule();

            assertThat(base.isOpen("java.util", JdkResources.class.getModule())).isFalse();
            assertThat(base.isOpen("java.util", ByteBuddyAgent.class.getModule()))
                    .isFalse();
        }
    }

    @Test
    void saysOnceThatByteBuddyIsMissing() throws Exception {
        String printed = Fork.run(InstallMain.class, entry -> !entry.contains("byte-buddy"), inFolder());

        assertInactive(printed, "net.bytebuddy:byte-buddy-agent");
    }

    @Test
    void saysOnceThatTheAgentIsMissing() throws Exception {
        String printed = Fork.run(InstallMain.class, entry -> !entry.contains("byte-buddy-agent"), inFolder());

        assertInactive(printed, "net.bytebuddy:byte-buddy-agent");
    }

    @Test
    void saysOnceThatTheJvmRefusesAgents() throws Exception {
        String printed = Fork.run(InstallMain.class, entry -> true, "-XX:-EnableDynamicAgentLoading", inFolder());

        assertInactive(printed, "-XX:+EnableDynamicAgentLoading");
    }

    @Test
    void saysOnceThatTheJvmCannotBeAttachedTo() throws Exception {
        String printed = Fork.run(InstallMain.class, entry -> true, "-XX:+DisableAttachMechanism", inFolder());

        assertInactive(printed, "-javaagent:");
    }

    @Test
    void worksWhereAJvmMustNotAttachToItself() throws Exception {
        String printed = Fork.run(InstallMain.class, entry -> true, "-Djdk.attach.allowAttachSelf=false", inFolder());

        assertThat(printed).contains("active=true", "found=[java.io.FileInputStream]");
    }

    @Test
    void worksWithAnAgentFromTheCommandLine() throws Exception {
        String agent = Fork.classPath()
                .filter(entry -> entry.contains("byte-buddy-agent"))
                .findFirst()
                .orElseThrow();

        String printed = Fork.run(
                InstallMain.class,
                entry -> true,
                "-XX:-EnableDynamicAgentLoading",
                "-XX:+DisableAttachMechanism",
                "-javaagent:" + agent,
                inFolder());

        assertThat(printed)
                .contains("active=true", "found=[java.io.FileInputStream]")
                .doesNotContain(TOLD);
    }

    private String inFolder() {
        return "-Djava.io.tmpdir=" + folder;
    }

    private static void assertInactive(String printed, String nextStep) {
        assertThat(printed).contains("active=false", "before=[]", "found=[]", "after=[]");
        assertThat(printed.split(TOLD, -1)).as(printed).hasSize(2);
        assertThat(printed.substring(printed.indexOf(TOLD)).lines().findFirst().orElseThrow())
                .contains(nextStep);
    }

    private static Object callback(String field) throws ReflectiveOperationException {
        return Class.forName("java.util.WatertightCallbacks", false, null)
                .getField(field)
                .get(null);
    }

    /** The class files that are in force now. */
    private static Map<String, byte[]> bytes(Instrumentation instrumentation) throws Exception {
        List<Class<?>> types =
                List.of(FileInputStream.class, ThreadPoolExecutor.class, Class.forName("sun.nio.ch.SocketChannelImpl"));
        Map<String, byte[]> found = new LinkedHashMap<>();
        ClassFileTransformer recorder = new ClassFileTransformer() {
            @Override
            public byte[] transform(
                    ClassLoader loader, String name, Class<?> loaded, ProtectionDomain domain, byte[] bytes) {
                if (loaded != null && types.contains(loaded)) {
                    found.put(name, bytes.clone());
                }
                return null;
            }
        };
        instrumentation.addTransformer(recorder, true);
        try {
            instrumentation.retransformClasses(types.toArray(new Class<?>[0]));
        } finally {
            instrumentation.removeTransformer(recorder);
        }
        assertThat(found).hasSize(types.size());
        return found;
    }
}
