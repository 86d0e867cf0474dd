package io.watertight.benchmarks;

import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;

/** A contender whose operations are run by a virtual thread. */
final class OnVirtualThread implements Contender {
    private final Contender contender;
    private final ThreadFactory threads;

    OnVirtualThread(Contender contender) throws ReflectiveOperationException {
        this.contender = contender;
        this.threads = Virtual.threads();
    }

    @Override
    public int operations() {
        return contender.operations();
    }

    @Override
    public int run() throws Exception {
        FutureTask<Integer> run = new FutureTask<>(contender::run);
        threads.newThread(run).start();
        return run.get();
    }

    @Override
    public void close() throws Exception {
        contender.close();
    }
}
