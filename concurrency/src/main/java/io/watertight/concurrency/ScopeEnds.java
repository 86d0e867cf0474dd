package io.watertight.concurrency;

import io.watertight.guards.internal.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a scope does at its end with what is left: it names who does not stop, disposes results, and closes resources. */
final class ScopeEnds<T> {
    private static final Logger LOG = LoggerFactory.getLogger(TaskScope.class);

    private final ScopeSettings<T> settings;

    ScopeEnds(ScopeSettings<T> settings) {
        this.settings = settings;
    }

    void reportStragglers(List<TaskRecord<T>> children, long waitedNanos) {
        List<TaskRecord<T>> left =
                children.stream().filter(child -> !child.isTerminated()).toList();
        Thread first = left.isEmpty() ? null : left.get(0).runnerNow();
        LOG.warn(
                "scope '{}': waiting for {} children that go on although they were cancelled {} ago; the first is '{}', now at {};"
                        + " let it react to interruption or to its token, or give what blocks it to closeOnCancel",
                settings.name(),
                left.size(),
                Texts.time(waitedNanos),
                first == null ? "(ended meanwhile)" : first.getName(),
                first == null ? List.of() : List.of(first.getStackTrace()));
    }

    /** Closes all, in this order; returns what the first threw, with the others suppressed. */
    @Nullable
    Throwable close(List<AutoCloseable> resources) {
        Throwable thrown = null;
        for (AutoCloseable resource : resources) {
            try {
                resource.close();
            } catch (Throwable failed) {
                if (thrown == null) {
                    thrown = failed;
                } else if (thrown != failed) {
                    thrown.addSuppressed(failed);
                }
            }
        }
        return thrown;
    }

    /** What tasks resulted in that have succeeded. */
    static <T> List<T> results(List<TaskRecord<T>> tasks) {
        List<T> results = new ArrayList<>(tasks.size());
        try {
            for (TaskRecord<T> task : tasks) {
                results.add(task.get());
            }
        } catch (InterruptedException | ExecutionException impossible) {
            throw new AssertionError("all have succeeded", impossible);
        }
        return results;
    }

    void disposeAll(List<TaskRecord<T>> undelivered) {
        for (T result : results(undelivered)) {
            if (result != null) {
                dispose(result);
            }
        }
    }

    /** Gives a result that nobody gets to the disposer. */
    void dispose(T result) {
        Task.LateDisposer<? super T> disposer = settings.disposer();
        if (disposer == null) {
            if (result instanceof AutoCloseable) {
                LOG.warn(
                        "scope '{}': a child returned a {} that nobody gets; somebody else may use it, so it was not closed; declare"
                                + " onUndelivered(...)",
                        settings.name(),
                        result.getClass().getName());
            }
            return;
        }
        try {
            disposer.dispose(result);
        } catch (Throwable failed) {
            LOG.warn("scope '{}': a result that nobody gets could not be disposed", settings.name(), failed);
        }
    }
}
