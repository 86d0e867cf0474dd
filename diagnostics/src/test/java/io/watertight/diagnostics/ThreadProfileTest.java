package io.watertight.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.watertight.diagnostics.ThreadProfile.Group;
import io.watertight.diagnostics.ThreadProfile.Member;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThreadProfileTest {
    private final CountDownLatch end = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    @AfterEach
    void endThreads() throws InterruptedException {
        end.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void startPlatform(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(this::standStill, "still-" + i);
            threads.add(thread);
            thread.start();
            awaitWaiting(thread);
        }
    }

    private void standStill() {
        try {
            end.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitWaiting(Thread thread) throws InterruptedException {
        while (thread.getState() != Thread.State.WAITING) {
            thread.join(1);
        }
    }

    private void startVirtual(int count) throws ReflectiveOperationException, InterruptedException {
        assumeTrue(Runtime.version().feature() >= 21, "virtual threads");
        for (int i = 0; i < count; i++) {
            Thread thread = (Thread)
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, (Runnable)
                            this::standStill);
            threads.add(thread);
            awaitWaiting(thread);
        }
    }

    private static boolean standsStill(Group group) {
        return group.stack().stream().anyMatch(frame -> frame.contains("ThreadProfileTest.standStill("));
    }

    @Test
    void threadsWithTheSameStackAreOneGroup() throws InterruptedException {
        startPlatform(5);

        List<Group> groups = ThreadProfile.take().groups().stream()
                .filter(ThreadProfileTest::standsStill)
                .toList();

        assertThat(groups).hasSize(1);
        assertThat(groups.get(0).state()).isEqualTo("WAITING");
        assertThat(groups.get(0).isVirtual()).isFalse();
        assertThat(groups.get(0).members())
                .extracting(Member::name)
                .containsExactlyInAnyOrder("still-0", "still-1", "still-2", "still-3", "still-4");
    }

    @Test
    void differenceOfTwoProfilesIsWhatHasCome() throws InterruptedException {
        startPlatform(2);
        ThreadProfile before = ThreadProfile.take();
        startPlatform(3);

        ThreadProfile fresh = ThreadProfile.take().minus(before);

        assertThat(fresh.groups().stream().filter(ThreadProfileTest::standsStill))
                .hasSize(1);
        assertThat(fresh.groups().stream()
                        .filter(ThreadProfileTest::standsStill)
                        .mapToInt(Group::count))
                .containsExactly(3);
        assertThat(before.minus(before).count()).isZero();
    }

    @Test
    void idsAreSubtractedFirstAndStacksTakenOfWhatIsLeft() throws InterruptedException {
        ThreadIds before = ThreadProfile.ids();
        startPlatform(3);

        ThreadIds fresh = ThreadProfile.ids().minus(before);

        assertThat(threads).allMatch(thread -> fresh.contains(thread.getId()));
        assertThat(fresh.contains(Thread.currentThread().getId())).isFalse();
        assertThat(fresh.count()).isGreaterThanOrEqualTo(3);
        assertThat(fresh.profile().groups().stream()
                        .filter(ThreadProfileTest::standsStill)
                        .mapToInt(Group::count)
                        .sum())
                .isEqualTo(3);
    }

    @Test
    void threadsThatHaveEndedHaveNoStack() throws InterruptedException {
        ThreadIds before = ThreadProfile.ids();
        startPlatform(1);
        ThreadIds fresh = ThreadProfile.ids().minus(before);
        endThreads();

        assertThat(fresh.profile().groups()).noneMatch(ThreadProfileTest::standsStill);
    }

    @Test
    void textShowsCountStateNamesAndStack() throws InterruptedException {
        startPlatform(5);

        String text = ThreadProfile.take().toString();

        assertThat(text).startsWith("threads: ");
        assertThat(text).containsPattern("     5 x WAITING 'still-0', 'still-1', 'still-2', 2 more\\R +at ");
        assertThat(text)
                .contains("           at " + ThreadProfileTest.class.getName() + ".standStill(ThreadProfileTest.java:");
        assertThat(text).doesNotContain("java.base");
    }

    @Test
    void longStacksAndManyGroupsAreCutOffInTheText() {
        List<Group> groups = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            List<String> stack = Stream.iterate(0, n -> n + 1)
                    .limit(30)
                    .map(n -> "a.B.c(B.java:" + n + ")")
                    .toList();
            groups.add(new Group(false, "S" + i, stack, List.of(new Member(i, ""))));
        }

        String text = new ThreadProfile(groups, "").toString();

        assertThat(text)
                .contains("... 10 more places")
                .contains("           ... 10 more")
                .contains("1 x S0 #0");
        assertThat(text.lines().count()).isLessThan(50 * 23);
    }

    @Test
    void virtualThreadsAreShownWhereTheJvmListsThem() throws Exception {
        startVirtual(7);

        ThreadProfile profile = ThreadProfile.takeWithVirtual(1_000);

        assertThat(profile.note()).isEmpty();
        assertThat(profile.groups().stream().filter(group -> group.isVirtual() && standsStill(group)))
                .hasSize(1)
                .allMatch(group -> group.count() == 7);
        assertThat(profile.groups().stream()
                        .filter(group -> !group.isVirtual())
                        .flatMap(group -> group.members().stream()))
                .extracting(Member::name)
                .contains(Thread.currentThread().getName());
        assertThat(profile.toString()).contains("7 virtual").contains("7 x virtual WAITING #");
    }

    @Test
    void virtualThreadsAreSubtractedToo() throws Exception {
        startVirtual(2);
        ThreadProfile before = ThreadProfile.takeWithVirtual(1_000);
        startVirtual(3);

        ThreadProfile fresh = ThreadProfile.takeWithVirtual(1_000).minus(before);

        assertThat(fresh.groups().stream()
                        .filter(ThreadProfileTest::standsStill)
                        .mapToInt(Group::count))
                .containsExactly(3);
    }

    @Test
    void moreVirtualThreadsThanAskedForAreLeftOutAndThatIsSaid() throws Exception {
        startVirtual(5);

        ThreadProfile profile = ThreadProfile.takeWithVirtual(3);

        assertThat(profile.note()).contains("more than 3 virtual threads");
        assertThat(profile.groups().stream()
                        .filter(Group::isVirtual)
                        .mapToInt(Group::count)
                        .sum())
                .isEqualTo(3);
        assertThat(profile.toString()).contains(profile.note());
    }

    @Test
    void beforeJava21TheNoteSaysWhyThereAreNoVirtualThreads() {
        assumeTrue(Runtime.version().feature() < 21, "no virtual threads");

        ThreadProfile profile = ThreadProfile.takeWithVirtual(1_000);

        assertThat(profile.note()).contains("Java 21");
        assertThat(profile.groups()).noneMatch(Group::isVirtual).isNotEmpty();
    }

    @Test
    void untrackedThreadsAreSaidToBeMissing() throws IOException, InvocationTargetException {
        assumeTrue(Runtime.version().feature() >= 21, "virtual threads");
        System.setProperty("jdk.trackAllThreads", "false");
        try {
            assertThat(ThreadProfile.takeWithVirtual(1_000).note()).contains("-Djdk.trackAllThreads=false");
        } finally {
            System.clearProperty("jdk.trackAllThreads");
        }
    }

    @Test
    void nothingIsLeftInTheTemporaryDirectory() throws IOException {
        List<Path> before = temporaryDirectories();

        ThreadProfile.takeWithVirtual(1_000);

        assertThat(temporaryDirectories()).isEqualTo(before);
    }

    private static List<Path> temporaryDirectories() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName()
                            .toString()
                            .startsWith("watertight-" + ProcessHandle.current().pid()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void limitMustBePositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ThreadProfile.takeWithVirtual(0))
                .withMessageContaining("maxVirtualThreads");
    }
}
