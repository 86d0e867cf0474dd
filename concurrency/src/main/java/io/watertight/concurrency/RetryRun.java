package io.watertight.concurrency;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/** One call whose first attempt has failed. Belongs to its thread. */
final class RetryRun<T> {
    private static final int MOST_SUPPRESSED = 16;

    private final Retry retry;
    private final CancelToken token;
    private final Deadline end;
    private final Retry.Attempt<T> work;
    private final long startNanos;
    private final List<Throwable> earlier = new ArrayList<>(2);
    private int begun = 1;

    RetryRun(Retry retry, CancelToken token, Deadline end, Retry.Attempt<T> work, long startNanos) {
        this.retry = retry;
        this.token = token;
        this.end = end;
        this.work = work;
        this.startNanos = startNanos;
    }

    T goOn(Exception first) throws Exception {
        Exception last = first;
        while (true) {
            awaitNext(last);
            begun++;
            retry.retries.increment();
            try {
                T result = work.run(token, end);
                retry.recovered.increment();
                return result;
            } catch (Exception failure) {
                keep(last);
                last = failure;
            } catch (Error failure) {
                keep(last);
                throw withEarlier(failure);
            }
        }
    }

    /** Returns when the next attempt is to begin; throws if there is to be none. */
    private void awaitNext(Exception last) throws Exception {
        if (!mayBeRetried(last)) {
            retry.failed.increment();
            throw withEarlier(last);
        }
        throwIfCancelled(last);
        if (begun >= retry.attempts) {
            retry.failed.increment();
            throw withEarlier(last);
        }
        long delay = retry.delayNanos(begun + 1);
        stopWithoutTime(last, delay);
        RetryBudget budget = retry.budget;
        if (budget != null && !budget.tryRetry()) {
            retry.outOfBudget.increment();
            throw stopped(retry.noBudget(budget, begun, elapsedNanos()), last);
        }
        try {
            retry.pause.await(delay, token);
        } catch (InterruptedException interrupted) {
            keep(last);
            throw withEarlier(interrupted);
        }
        throwIfCancelled(last);
        stopWithoutTime(last, 0); // for the pause may have been longer
    }

    private boolean mayBeRetried(Exception failure) {
        if (failure instanceof InterruptedException || failure instanceof CancellationException) {
            return false;
        }
        try {
            return retry.retryOn.test(failure);
        } catch (RuntimeException undecided) {
            suppress(failure, undecided);
            return false;
        }
    }

    private void throwIfCancelled(Exception last) {
        try {
            token.throwIfCancelled();
        } catch (CancellationException cancelled) {
            keep(last);
            throw withEarlier(cancelled);
        }
    }

    private void stopWithoutTime(Exception last, long delayNanos) {
        if (!retry.leavesTime(end, delayNanos)) {
            retry.outOfTime.increment();
            throw stopped(retry.noTime(end, begun, elapsedNanos(), delayNanos), last);
        }
    }

    private Retry.StoppedException stopped(String message, Exception last) {
        return new Retry.StoppedException(message, withEarlier(last), begun);
    }

    private long elapsedNanos() {
        return retry.ticker.nanos() - startNanos;
    }

    private void keep(Throwable failure) {
        if (earlier.size() < MOST_SUPPRESSED) {
            earlier.add(failure);
        }
    }

    /** Suppresses the failures before in what is thrown. */
    private <X extends Throwable> X withEarlier(X thrown) {
        for (Throwable failure : earlier) {
            suppress(thrown, failure);
        }
        return thrown;
    }

    /** Bounded in total, as somebody may throw one and the same object again and again. */
    private static void suppress(Throwable thrown, Throwable failure) {
        if (thrown != failure && thrown.getSuppressed().length < MOST_SUPPRESSED) {
            thrown.addSuppressed(failure);
        }
    }
}
