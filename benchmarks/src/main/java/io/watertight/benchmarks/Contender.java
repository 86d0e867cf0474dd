package io.watertight.benchmarks;

/** Something to compare: it does the same as its peers, in its own way. */
interface Contender extends AutoCloseable {
    /** How many operations a run has. */
    int operations();

    /** How many threads do them, the caller among them, each as many. */
    default int callers() {
        return 1;
    }

    /**
     * Runs once. What the operations set off has ended when this returns.
     *
     * @return how many operations did what they should
     */
    int run() throws Exception;

    @Override
    void close() throws Exception;
}
