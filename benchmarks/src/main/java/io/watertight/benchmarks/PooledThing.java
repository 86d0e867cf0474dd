package io.watertight.benchmarks;

import com.zaxxer.hikari.util.ConcurrentBag;
import java.util.concurrent.atomic.AtomicInteger;

/** What the pools lend. It is an entry of HikariCP's bag as well, so that no peer has to wrap it. */
final class PooledThing extends AtomicInteger implements ConcurrentBag.IConcurrentBagEntry {
    private static final long serialVersionUID = 1;

    /** Written by every user: two users at once would lose a count. */
    private long touches;

    void touch() {
        touches++;
    }

    long touches() {
        return touches;
    }

    @Override
    public void setState(int state) {
        set(state);
    }

    @Override
    public int getState() {
        return get();
    }
}
