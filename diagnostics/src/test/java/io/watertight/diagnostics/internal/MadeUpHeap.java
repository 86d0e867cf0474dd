package io.watertight.diagnostics.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A random heap of nodes, arrays, weak references and roots, with the right answers computed in the simplest way. */
final class MadeUpHeap {
    private final Random random;
    private final DumpBuilder dump;
    final int size;
    final List<List<Integer>> references = new ArrayList<>();
    final List<Integer> lasting = new ArrayList<>();
    final List<Integer> passing = new ArrayList<>();
    final long[] ids;

    MadeUpHeap(long seed, int idSize) {
        this.random = new Random(seed);
        this.dump = new DumpBuilder(idSize);
        this.size = 5 + random.nextInt(80);
        this.ids = new long[size];
        for (int i = 0; i < size; i++) {
            ids[i] = dump.reserve();
        }
        write();
    }

    private void write() {
        long object = dump.type("java.lang.Object", 0, DumpBuilder.noStatics());
        long reference = dump.type("java.lang.ref.Reference", object, DumpBuilder.noStatics(), "referent", "next");
        long weak = dump.type("java.lang.ref.WeakReference", reference, DumpBuilder.noStatics());
        long own = dump.type("com.acme.OwnReference", weak, DumpBuilder.noStatics(), "extra");
        long array = dump.type("[Lcom/acme/Node;", object, DumpBuilder.noStatics());
        long node = dump.type("com.acme.Node", object, DumpBuilder.noStatics(), "#count", "left", "right");
        long special = dump.type("com.acme.SpecialNode", node, DumpBuilder.noStatics(), "other", "#more");
        List<Integer> inFile = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            inFile.add(i);
            references.add(new ArrayList<>());
        }
        Collections.shuffle(inFile, random); // dumps need not be in the order of the ids
        for (int i : inFile) {
            if (random.nextInt(10) == 0) {
                dump.endSegment();
            }
            switch (random.nextInt(6)) {
                case 0 -> dump.array(ids[i], array, List.of(to(i), to(i), to(i), 0L, to(i)));
                case 1 -> dump.instance(ids[i], own, to(i), to(-1), to(i));
                case 2 -> dump.bytes(ids[i], (byte) 1, (byte) 2, (byte) 3);
                case 3 -> dump.instance(ids[i], special, to(i), 7, 8, to(i), to(i));
                default -> dump.instance(ids[i], node, 9, to(i), to(i));
            }
        }
        long statics = ids[random.nextInt(size)];
        lasting.add(indexOf(statics));
        long holder = dump.type("com.acme.Holder", object, List.of(Map.entry("INSTANCE", statics)));
        dump.root(RootKind.CLASS, holder, 0, 0);
        for (int i = random.nextInt(4); i > 0; i--) {
            boolean isLasting = random.nextBoolean();
            int root = random.nextInt(size);
            RootKind[] kinds = Arrays.stream(RootKind.values())
                    .filter(kind -> kind.isTransient() != isLasting && kind != RootKind.CLASS)
                    .toArray(RootKind[]::new);
            dump.root(kinds[random.nextInt(kinds.length)], ids[root], 1, 0);
            (isLasting ? lasting : passing).add(root);
        }
    }

    /** An id to write into a field of an object; -1 for a field that does not count. */
    private long to(int from) {
        if (random.nextInt(3) == 0) {
            return 0;
        }
        int target = random.nextInt(size);
        if (from >= 0) {
            references.get(from).add(target);
        }
        return ids[target];
    }

    int indexOf(long id) {
        for (int i = 0; i < size; i++) {
            if (ids[i] == id) {
                return i;
            }
        }
        throw new AssertionError("no object " + id);
    }

    byte[] toBytes() {
        return dump.toBytes();
    }

    /** Steps from the nearest root, of the lasting ones if those reach the object; a static field is one step; -1 for none. */
    int[] distances() {
        int[] distance = new int[size];
        Arrays.fill(distance, -1);
        distance[lasting.get(0)] = 1; // held by the static field
        lasting.subList(1, lasting.size()).forEach(root -> distance[root] = 0);
        boolean[] isLasting = new boolean[size];
        relax(distance, isLasting);
        for (int i = 0; i < size; i++) {
            isLasting[i] = distance[i] >= 0;
        }
        for (int root : passing) {
            if (!isLasting[root]) {
                distance[root] = 0;
            }
        }
        relax(distance, isLasting);
        return distance;
    }

    /** The slow and simple way: until nothing changes. */
    private void relax(int[] distance, boolean[] isDone) {
        boolean isChanged = true;
        while (isChanged) {
            isChanged = false;
            for (int from = 0; from < size; from++) {
                for (int target : distance[from] < 0 ? List.<Integer>of() : references.get(from)) {
                    boolean isFarther = distance[target] < 0 || distance[target] > distance[from] + 1;
                    if (isFarther && !isDone[target]) {
                        distance[target] = distance[from] + 1;
                        isChanged = true;
                    }
                }
            }
        }
    }

    /** What can be reached from the roots when one object is not there. */
    boolean[] reachableWithout(int missing) {
        boolean[] isReached = new boolean[size];
        Deque<Integer> queue = new ArrayDeque<>(lasting);
        queue.addAll(passing);
        while (!queue.isEmpty()) {
            int next = queue.poll();
            if (next != missing && !isReached[next]) {
                isReached[next] = true;
                queue.addAll(references.get(next));
            }
        }
        return isReached;
    }
}
