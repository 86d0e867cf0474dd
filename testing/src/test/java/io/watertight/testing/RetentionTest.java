package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("gc")
class RetentionTest {
    private static final Map<String, Object> CACHE = new ConcurrentHashMap<>();

    static final class Session {
        final byte[] buffer = new byte[1_000];
    }

    @BeforeEach
    void allowManyDumps() {
        System.setProperty(RetentionDumps.DUMPS, "1000");
    }

    @AfterEach
    void letGo() {
        CACHE.clear();
        System.clearProperty(RetentionDumps.DUMPS);
        System.clearProperty(RetentionDumps.LIMIT);
        System.clearProperty(RetentionDumps.KEEP);
    }

    private static RetentionExpectation cached(String key) {
        Session session = new Session();
        CACHE.put(key, session);
        return Retention.expectCollected(session, "the session was closed");
    }

    @Test
    void objectThatIsLetGoPasses() throws Exception {
        RetentionExpectation expectation = cached("user:1");
        CACHE.clear();

        expectation.verify();

        assertThat(expectation.isCollected()).isTrue();
        assertThatCode(() -> Retention.assertCollectable(Session::new)).doesNotThrowAnyException();
    }

    @Test
    void retainedObjectFailsWithTheReasonAndTheChain() {
        RetentionExpectation expectation = cached("user:42");

        assertThatThrownBy(expectation::verify)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("retention '" + Session.class.getName() + "': still reachable")
                .hasMessageContaining("(the session was closed)")
                .hasMessageContaining("static " + RetentionTest.class.getName() + ".CACHE = ")
                .hasMessageContaining("ConcurrentHashMap[\"user:42\"] (table[");
    }

    @Test
    void scenarioThatLeaksItsResultFails() {
        assertThatThrownBy(() -> Retention.assertCollectable(() -> {
                    Session session = new Session();
                    CACHE.put("leaked", session);
                    return session;
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("[\"leaked\"]");
    }

    @Test
    void localVariableIsCalledSo() {
        Session mine = new Session();
        WeakReference<Session> reference = new WeakReference<>(mine);

        assertThatThrownBy(() -> Retention.assertCollectable(reference))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("local variable of thread '")
                .hasMessageContaining("localVariableIsCalledSo")
                .hasMessageContaining("make the object in a method or lambda of its own");
        assertThat(mine.buffer).hasSize(1_000);
    }

    @Test
    void severalAreVerifiedWithOneDumpAndOnlyThoseThatAreHeldAreNamed() {
        List<RetentionExpectation> expectations = List.of(cached("a"), cached("b"), cached("c"));
        CACHE.remove("b");

        assertThatThrownBy(() -> Retention.verifyAll(expectations))
                .hasMessageContaining("[\"a\"]")
                .hasMessageContaining("[\"c\"]")
                .hasMessageNotContaining("[\"b\"]");
    }

    @Test
    void softlyReachableObjectFailsAndIsCalledSo() {
        List<Object> holder = new ArrayList<>();

        assertThatThrownBy(() -> Retention.assertCollectable(() -> {
                    Session session = new Session();
                    holder.add(new SoftReference<>(session));
                    return session;
                }))
                .hasMessageContaining("only softly reachable");
        assertThat(holder).hasSize(1);
    }

    @Test
    void withoutADumpTheFailureSaysHowToGetOne() {
        System.setProperty(RetentionDumps.DUMPS, "0");
        RetentionExpectation expectation = cached("user:42");

        assertThatThrownBy(expectation::verify)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("still reachable")
                .hasMessageContaining("no heap dump was taken")
                .hasMessageContaining(RetentionDumps.DUMPS)
                .hasMessageNotContaining("static ");
    }

    @Test
    void largeHeapIsNotDumped() {
        System.setProperty(RetentionDumps.LIMIT, "0");
        RetentionExpectation expectation = cached("user:42");

        assertThatThrownBy(expectation::verify)
                .hasMessageContaining("more than 0 MB live")
                .hasMessageContaining(RetentionDumps.LIMIT);
    }

    @Test
    void dumpsAreDeletedUnlessTheyShallBeKept(@TempDir Path directory) throws IOException {
        long before = dumpDirectories();
        RetentionExpectation expectation = cached("user:42");

        assertThatThrownBy(expectation::verify).isInstanceOf(AssertionError.class);
        assertThat(dumpDirectories()).isEqualTo(before);

        System.setProperty(RetentionDumps.KEEP, directory.toString());
        assertThatThrownBy(expectation::verify).hasMessageContaining("the heap dump is " + directory);
        assertThat(dumpDirectories()).isEqualTo(before);
        assertThat(directory).isDirectoryContaining("glob:**.hprof");
    }

    private static long dumpDirectories() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName()
                            .toString()
                            .startsWith("watertight-" + ProcessHandle.current().pid()))
                    .count();
        }
    }

    @Test
    void retainedBytesAreWhatOnlyTheObjectHolds() {
        Session session = new Session();
        CACHE.put("shared", new byte[5_000]);

        long bytes = Retention.retainedBytes(new Object[] {session, CACHE.get("shared"), new byte[984]});

        assertThat(bytes).isBetween(1_000L + 16 + 16, 1_100L);
        assertThat(Retention.retainedBytes(session)).isBetween(1_000L + 16 + 16, 1_100L);
    }

    @Test
    void scenarioMustReturnTheObject() {
        assertThatNullPointerException()
                .isThrownBy(() -> Retention.assertCollectable(() -> null))
                .withMessageContaining("must return the object");
    }
}
