package io.watertight.diagnostics;

import java.util.Arrays;
import java.util.Objects;

/**
 * Which platform threads were alive at one moment, by id and without their stacks: costs some ten microseconds for some hundred
 * threads, so a test can afford it twice. Holds no thread. Immutable.
 */
public final class ThreadIds {
    private final long[] ids;

    private ThreadIds(long[] sorted) {
        this.ids = sorted;
    }

    static ThreadIds now() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        Thread[] threads = new Thread[root.activeCount() + 16];
        int count = root.enumerate(threads, true);
        while (count == threads.length) { // there were more than fit
            threads = new Thread[threads.length * 2];
            count = root.enumerate(threads, true);
        }
        long[] ids = new long[count];
        for (int i = 0; i < count; i++) {
            ids[i] = threads[i].getId();
        }
        Arrays.sort(ids);
        return new ThreadIds(ids);
    }

    /**
     * Leaves out the threads of an earlier moment.
     *
     * @param before the earlier moment
     * @return the threads that are here and not there
     */
    public ThreadIds minus(ThreadIds before) {
        Objects.requireNonNull(before, "before");
        return new ThreadIds(
                Arrays.stream(ids).filter(id -> !before.contains(id)).toArray());
    }

    /**
     * Takes the stacks of these threads, as they are now.
     *
     * @return the profile of those that have not ended
     */
    public ThreadProfile profile() {
        return ThreadProfile.of(ids);
    }

    /**
     * Says whether a thread was alive.
     *
     * @param id the id of a platform thread
     * @return true if it is among these
     */
    public boolean contains(long id) {
        return Arrays.binarySearch(ids, id) >= 0;
    }

    /**
     * Counts the threads.
     *
     * @return how many there are
     */
    public int count() {
        return ids.length;
    }

    long[] ids() {
        return ids;
    }

    @Override
    public String toString() {
        return ids.length + " threads " + Arrays.toString(ids);
    }
}
