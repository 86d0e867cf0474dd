package io.watertight.concurrency;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Stands for the executor of one task, and counts what it is told; and the steps of those who wait for a task. */
final class TaskFixture implements TaskHost, Callable<String> {
    private static final MethodHandle WAITING;
    private static final MethodHandle WOKEN;
    private static final MethodHandle PUSH;
    private static final MethodHandle FORGET;
    private static final MethodHandle TAKE;

    static {
        try {
            Class<?> waiting = TaskWaiter.class;
            MethodHandles.Lookup record = MethodHandles.privateLookupIn(TaskRecord.class, MethodHandles.lookup());
            WAITING = record.findConstructor(waiting, MethodType.methodType(void.class))
                    .asType(MethodType.methodType(Object.class));
            WOKEN = record.findGetter(waiting, "woken", boolean.class)
                    .asType(MethodType.methodType(boolean.class, Object.class));
            MethodType ofOne = MethodType.methodType(void.class, TaskRecord.class, Object.class);
            MethodType step = MethodType.methodType(void.class, waiting);
            PUSH = record.findVirtual(TaskRecord.class, "push", step).asType(ofOne);
            FORGET = record.findVirtual(TaskRecord.class, "forget", step).asType(ofOne);
            TAKE = record.findVirtual(TaskRecord.class, "takeWaiters", MethodType.methodType(waiting))
                    .asType(MethodType.methodType(Object.class, TaskRecord.class));
        } catch (ReflectiveOperationException failure) {
            throw new ExceptionInInitializerError(failure);
        }
    }

    final AtomicInteger runs = new AtomicInteger();
    final AtomicInteger permitsBack = new AtomicInteger();
    final AtomicInteger late = new AtomicInteger();
    private @Nullable Throwable dawdled;

    @Override
    public String call() {
        runs.incrementAndGet();
        return "result";
    }

    @Override
    public String name() {
        return "jcstress";
    }

    @Override
    public void bodyEnded() {
        permitsBack.incrementAndGet();
    }

    @Override
    public void cancelledBeforeRun(TaskRecord<?> task) {
        permitsBack.incrementAndGet();
    }

    @Override
    public void late(TaskRecord<?> task, Object result) {
        late.incrementAndGet();
    }

    TaskRecord<String> task() {
        return new TaskRecord<>(this, this);
    }

    /** One that takes as long as somebody needs to begin to wait for it. */
    TaskRecord<String> longTask() {
        return new TaskRecord<>(this, (Callable<String>) () -> {
            dawdle();
            return call();
        });
    }

    /** For twins: lets time pass between a look and what is done about it. */
    void dawdle() {
        dawdled = new Throwable();
    }

    /** Begins to wait for a task; nobody parks. */
    static Object push(TaskRecord<?> task) {
        try {
            Object waiting = (Object) WAITING.invokeExact();
            push(task, waiting);
            return waiting;
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    static void push(TaskRecord<?> task, Object waiting) {
        try {
            PUSH.invokeExact((TaskRecord) task, waiting);
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    /** Takes all who wait; false if nobody does. */
    static boolean takeWaiters(TaskRecord<?> task) {
        try {
            return (Object) TAKE.invokeExact((TaskRecord) task) != null;
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    /** Ceases to wait for a task. */
    static void forget(TaskRecord<?> task, Object waiting) {
        try {
            FORGET.invokeExact((TaskRecord) task, waiting);
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    static boolean isWoken(Object waiting) {
        try {
            return (boolean) WOKEN.invokeExact(waiting);
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }
}
