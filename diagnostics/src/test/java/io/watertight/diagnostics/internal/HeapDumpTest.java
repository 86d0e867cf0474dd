package io.watertight.diagnostics.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.diagnostics.internal.ReferenceChain.Strength;
import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Dumps of the JVM that runs the test. */
@Tag("gc")
class HeapDumpTest {
    private static final Map<Object, Object> CACHE = new ConcurrentHashMap<>();
    private static final Set<Object> SET = new HashSet<>();
    private static final List<Object> LIST = new ArrayList<>();
    private static final ThreadLocal<Object> LOCAL = new ThreadLocal<>();

    @SuppressWarnings("JdkObsolete") // its nodes are the point
    private static final List<Object> QUEUE = new LinkedList<>();

    private static @Nullable Object single;

    static final class Session {
        @Nullable
        Object next;

        byte[] buffer = new byte[100];
    }

    static final class Holder {
        final Object held;

        Holder(Object held) {
            this.held = held;
        }
    }

    @AfterEach
    void letGo() {
        CACHE.clear();
        SET.clear();
        LIST.clear();
        QUEUE.clear();
        LOCAL.remove();
        single = null;
    }

    /** The chains of some objects that only their holder holds: the array given is emptied. */
    private static List<@Nullable ReferenceChain> chains(List<Reference<?>> suspects) throws IOException {
        try (HeapDump dump = HeapDump.take(suspects)) {
            return dump.graph().chains(dump.suspects());
        }
    }

    private static ReferenceChain chain(Reference<?> suspect) throws IOException {
        ReferenceChain chain = chains(List.of(suspect)).get(0);
        assertThat(chain).isNotNull();
        return chain;
    }

    private static Reference<?> sessionAt(Object key) {
        Session session = new Session();
        CACHE.put(key, session);
        return new WeakReference<>(session);
    }

    @Test
    void staticMapIsShownWithTheKeyAndTheFieldNames() throws IOException {
        Reference<?> suspect = sessionAt("user:42");

        ReferenceChain chain = chain(suspect);

        String name = HeapDumpTest.class.getName();
        assertThat(chain.root()).isEqualTo(RootKind.CLASS);
        assertThat(chain.toString().lines())
                .containsExactly(
                        "static " + name + ".CACHE = java.util.concurrent.ConcurrentHashMap",
                        chain.toString().lines().toList().get(1));
        assertThat(chain.toString())
                .containsPattern(
                        "java\\.util\\.concurrent\\.ConcurrentHashMap\\[\"user:42\"] \\(table\\[\\d+]\\.val\\) = "
                                + name.replace(".", "\\.") + "\\$Session$");
    }

    @Test
    void fieldsOfPlainObjectsAreNamed() throws IOException {
        Reference<?> suspect = holdInHolder();

        ReferenceChain chain = chain(suspect);

        assertThat(chain.toString()).contains("static " + HeapDumpTest.class.getName() + ".single = ");
        assertThat(chain.toString()).contains("HeapDumpTest$Holder.held = ").contains("HeapDumpTest$Session");
        assertThat(chain.steps()).hasSize(2);
    }

    private static Reference<?> holdInHolder() {
        Session session = new Session();
        single = new Holder(session);
        return new WeakReference<>(session);
    }

    @Test
    void threadLocalIsShownWithTheThreadAndTheStaticFieldOfTheThreadLocal() throws Exception {
        CountDownLatch set = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        List<Reference<?>> suspect = new ArrayList<>();
        Thread worker = new Thread(
                () -> {
                    suspect.add(putIntoThreadLocal());
                    set.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException stop) {
                        Thread.currentThread().interrupt();
                    }
                },
                "worker-3");
        worker.start();
        set.await();

        ReferenceChain chain = chain(suspect.get(0));
        end.countDown();
        worker.join();

        assertThat(chain.root()).isEqualTo(RootKind.THREAD);
        assertThat(chain.thread()).isEqualTo("worker-3");
        assertThat(chain.toString())
                .contains("thread 'worker-3'")
                .contains(".threadLocals[" + HeapDumpTest.class.getName() + ".LOCAL] (threadLocals.table[");
        assertThat(chain.steps()).hasSize(1);
    }

    private static Reference<?> putIntoThreadLocal() {
        Session session = new Session();
        LOCAL.set(session);
        return new WeakReference<>(session);
    }

    @Test
    void severalSuspectsShareOneDump() throws IOException {
        List<Reference<?>> suspects = List.of(
                sessionAt("a"), sessionAt(7), sessionAt(TimeUnit.DAYS), inSet(), inList(), inLinkedList(), collected());

        List<@Nullable ReferenceChain> chains = chains(suspects);

        assertThat(chains).hasSize(7);
        assertThat(chains.get(0).toString()).contains("ConcurrentHashMap[\"a\"]");
        assertThat(chains.get(1).toString()).contains("ConcurrentHashMap[7]");
        assertThat(chains.get(2).toString()).contains("ConcurrentHashMap[DAYS]");
        assertThat(chains.get(3).toString()).contains("java.util.HashSet[key] (map.table[");
        assertThat(chains.get(4).toString()).contains("java.util.ArrayList[3] (elementData[3])");
        assertThat(chains.get(5).toString()).contains("java.util.LinkedList[item] (");
        assertThat(chains.get(6)).isNull();
    }

    @Test
    void longKeysAreCutOffAndWideOnesAreRead() throws IOException {
        List<Reference<?>> suspects = List.of(sessionAt("x".repeat(1_000)), sessionAt("\u4f60\u597d"));

        List<@Nullable ReferenceChain> chains = chains(suspects);

        assertThat(chains.get(0).toString()).contains("[\"" + "x".repeat(60) + "...\"]");
        assertThat(chains.get(1).toString()).contains("[\"\u4f60\u597d\"]");
    }

    @Test
    void dumpIsDeletedAndItsFileUnmapped() throws IOException {
        Path file;
        try (HeapDump dump = HeapDump.take(List.of())) {
            dump.graph();
            file = dump.file();
            assertThat(file).exists();
        }

        assertThat(file).doesNotExist();
        assertThat(file.getParent()).doesNotExist();
        Path maps = Path.of("/proc/self/maps");
        if (Files.exists(maps) && Runtime.version().feature() >= 22) { // before, the collector unmaps
            assertThat(Files.readString(maps)).doesNotContain(file.toString());
        }
    }

    private static Reference<?> inSet() {
        Session session = new Session();
        SET.add(session);
        return new WeakReference<>(session);
    }

    private static Reference<?> inList() {
        Session session = new Session();
        LIST.addAll(Arrays.asList("x", "y", "z", session));
        return new WeakReference<>(session);
    }

    private static Reference<?> inLinkedList() {
        Session session = new Session();
        QUEUE.addAll(List.of("x", "y", "z", session, "a", "b", "c", "d"));
        return new WeakReference<>(session);
    }

    private static Reference<?> collected() {
        return new WeakReference<>(new Session());
    }

    @Test
    void weakReferencesAreNoHoldersAndSoftOnesAreSaidToBeSoft() throws IOException {
        single = new Object[] {new WeakHashMap<>(), null};
        Reference<?> suspect = holdSoftly();

        ReferenceChain chain = chain(suspect);

        assertThat(chain.strength()).isEqualTo(Strength.SOFT);
        assertThat(chain.toString()).startsWith("only softly reachable");
        assertThat(chain.toString()).contains("java.lang.ref.Reference.referent = ");
    }

    @SuppressWarnings("unchecked")
    private static Reference<?> holdSoftly() {
        Session session = new Session();
        Object[] holders = (Object[]) single;
        ((Map<Object, Object>) holders[0]).put(session, "value");
        holders[1] = new SoftReference<>(session);
        LIST.add(new WeakReference<>(session));
        return new WeakReference<>(session);
    }

    @Test
    void taskThatCapturesAnObjectIsShownThroughTheQueueOfItsExecutor() throws Exception {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), r -> new Thread(r, "pool-7"));
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        pool.execute(() -> {
            started.countDown();
            try {
                end.await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });
        started.await();
        Reference<?> suspect = enqueue(pool);

        ReferenceChain chain = chain(suspect);
        end.countDown();
        pool.shutdown();
        pool.awaitTermination(1, TimeUnit.MINUTES);

        assertThat(chain.thread()).isEqualTo("pool-7");
        assertThat(chain.toString()).contains("ThreadPoolExecutor.workQueue").contains("$$Lambda.arg$1 = ");
        assertThat(chain.toString()).doesNotContain("0x");
    }

    private static Reference<?> enqueue(ThreadPoolExecutor pool) {
        Session session = new Session();
        pool.execute(() -> session.next = null);
        return new WeakReference<>(session);
    }

    @Test
    void longListIsOneStep() throws IOException {
        Reference<?> suspect = chainOf(100_000);

        ReferenceChain chain = chain(suspect);

        assertThat(chain.toString()).contains("HeapDumpTest$Session.next = ").contains("(99999 times in a row)");
        assertThat(chain.toString().lines().count()).isLessThan(10);
    }

    private static Reference<?> chainOf(int length) {
        Session first = new Session();
        Session last = first;
        for (int i = 1; i < length; i++) {
            Session next = new Session();
            last.next = next;
            last = next;
        }
        last.next = new Object();
        single = first;
        return new WeakReference<>(last);
    }

    @Test
    void retainedSizeIsWhatOnlyTheObjectHolds() throws IOException {
        Reference<?> suspect = holderOfShared();

        try (HeapDump dump = HeapDump.take(List.of(suspect))) {
            long bytes = dump.graph().retainedBytes(dump.suspects()[0]);

            assertThat(bytes).isEqualTo(1_000_016 + 16);
        }
    }

    private static Reference<?> holderOfShared() {
        Holder holder = new Holder(new Object[] {new byte[1_000_000 - 16 - 8], CACHE});
        single = holder;
        return new WeakReference<>(holder);
    }
}
