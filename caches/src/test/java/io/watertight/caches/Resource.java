package io.watertight.caches;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A value that says how often it was closed. */
final class Resource implements AutoCloseable {
    final String name;
    final AtomicInteger closes = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    Resource(String name) {
        this.name = name;
    }

    boolean isOpen() {
        return closes.get() == 0;
    }

    /** Waits for the close, which another thread does. */
    boolean awaitClosed() throws InterruptedException {
        return closed.await(20, TimeUnit.SECONDS) && closes.get() == 1;
    }

    @Override
    public void close() {
        closes.incrementAndGet();
        closed.countDown();
    }

    @Override
    public String toString() {
        return name + (isOpen() ? "" : " (closed)");
    }
}
