package io.watertight.concurrency;

/** A task whose future nobody has: what its body throws goes to the handler of its thread. */
final class CommandTask extends TaskRecord<Object> {
    CommandTask(TaskHost host, Runnable body) {
        super(host, body);
    }

    @Override
    void failed(Throwable failure) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
        } catch (Throwable ofTheHandler) {
            // As the JVM does with what a handler throws.
        }
    }
}
