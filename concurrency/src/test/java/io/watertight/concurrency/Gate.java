package io.watertight.concurrency;

/** Where tasks wait. Whoever knows that a task is inside knows that it waits: it leaves the monitor by that only. */
final class Gate {
    private int inside;
    private boolean open;

    synchronized void pass() throws InterruptedException {
        inside++;
        notifyAll();
        while (!open) {
            wait();
        }
    }

    synchronized void awaitInside(int tasks) throws InterruptedException {
        while (inside < tasks) {
            wait();
        }
    }

    synchronized void open() {
        open = true;
        notifyAll();
    }
}
