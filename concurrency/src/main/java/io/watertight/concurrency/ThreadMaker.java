package io.watertight.concurrency;

/** Where a kernel gets its threads; tests have threads that do not run. */
@FunctionalInterface
interface ThreadMaker {
    Thread unstarted(String name, Runnable body);
}
