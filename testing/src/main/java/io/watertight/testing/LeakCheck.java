package io.watertight.testing;

import java.lang.reflect.Constructor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Finds what a test leaves behind: resources that this library tracks, threads, executors; and says which test opened it
 * on which line.
 *
 * <p>Declared, with {@link NoLeaks @NoLeaks} or {@code @ExtendWith(LeakCheck.class)}, it fails the test. Detected by
 * JUnit through {@code junit.jupiter.extensions.autodetection.enabled=true}, it checks every class and logs what it finds.
 *
 * <p>A test is checked after everything else that belongs to it is over, the callbacks of other extensions included. Only
 * when something is left, it waits for the grace time, asks the garbage collector once whether it was dropped, and asks
 * the Flight Recorder who started a thread. What is found is reported once, and against the test that opened it: also when
 * tests run in parallel, and when a thread of the test opened it. Workers of executors are judged after the class,
 * because a class may keep an executor that a test makes grow. What a static initializer opened or started is nobody's
 * leak.
 *
 * <p>Configuration parameters of JUnit, which win over annotations; all begin with {@code watertight.leaks.}:
 *
 * <ul>
 *   <li>{@code mode}: {@code off}, {@code warn} or {@code fail}
 *   <li>{@code per}: {@code method}, {@code class} or {@code suite}; see {@link NoLeaks.Per}
 *   <li>{@code grace}: such as {@code 500 ms}; 2 s by default
 *   <li>{@code level}: what resources are tracked at; {@code strict} where leaks fail, else {@code full}
 *   <li>{@code threads}: {@code false} to look for no threads
 *   <li>{@code births}: {@code false} to do without the Flight Recorder, which costs half a second once
 *   <li>{@code ignore-threads}: beginnings of thread names, separated by commas
 *   <li>{@code jdk-resources}: {@code true} to watch what the JDK opens; see {@link NoLeaks#jdkResources()}
 * </ul>
 *
 * <p>Thread-safe; keeps its state in JUnit's store.
 */
public final class LeakCheck implements BeforeAllCallback, BeforeEachCallback, InvocationInterceptor {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(LeakCheck.class);
    private static final String SCOPE = "scope";

    /** Called by JUnit. */
    public LeakCheck() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        begin(context, LeakCheckSettings.of(context), isOneObjectForAll(context));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        begin(context, settings(context), true);
    }

    private static void begin(ExtensionContext context, LeakCheckSettings settings, boolean hasInstance) {
        if (settings.mode() == LeakMode.OFF || isBegun(context)) {
            return;
        }
        LeakCheckRun run = run(context);
        TestPlace place = TestPlace.of(context);
        CheckedScope instance = hasInstance ? run.takeInstance(place, settings, scope(context)) : null;
        CheckedScope scope = instance != null ? instance : run.begin(place, settings, scope(context));
        context.getStore(NAMESPACE)
                .put(SCOPE, new Kept(context.getUniqueId(), run, scope.announcing(LeakExpectations.of(context))));
    }

    /** What the constructor of a test opens belongs to the test. */
    @Override
    public <T> T interceptTestClassConstructor(
            Invocation<T> invocation, ReflectiveInvocationContext<Constructor<T>> constructor, ExtensionContext context)
            throws Throwable {
        LeakCheckSettings settings = settings(context);
        if (settings.mode() == LeakMode.OFF) {
            return invocation.proceed();
        }
        TestPlace place =
                TestPlace.unknown("the object of " + TestPlace.of(context).name());
        MadeInstances.Instance object =
                run(context).beginInstance(constructor.getTargetClass(), place, settings, scope(context));
        try {
            return invocation.proceed();
        } finally {
            object.isMade();
        }
    }

    /** A dynamic test has no callbacks of its own. */
    @Override
    public void interceptDynamicTest(
            Invocation<@Nullable Void> invocation, DynamicTestInvocationContext dynamic, ExtensionContext context)
            throws Throwable {
        LeakCheckSettings settings = settings(context);
        if (settings.mode() == LeakMode.OFF) {
            invocation.proceed();
            return;
        }
        LeakCheckRun run = run(context);
        CheckedScope scope =
                run.begin(TestPlace.of(context), settings, scope(context)).announcing(LeakExpectations.of(context));
        Throwable failure = null;
        try {
            invocation.proceed();
        } catch (Throwable thrown) {
            failure = thrown;
        }
        try {
            run.end(scope);
        } catch (LeaksFoundError leaks) {
            if (failure == null) {
                throw leaks;
            }
            failure.addSuppressed(leaks);
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static LeakCheckRun run(ExtensionContext context) {
        ExtensionContext root = context.getRoot();
        return root.getStore(NAMESPACE)
                .getOrComputeIfAbsent(LeakCheckRun.class, type -> new LeakCheckRun(root), LeakCheckRun.class);
    }

    /** Those of the class, which were read before its first test. */
    private static LeakCheckSettings settings(ExtensionContext context) {
        CheckedScope around = scope(context);
        return around != null && around.settings().mode() == LeakMode.FAIL // else a method may say more
                ? around.settings()
                : LeakCheckSettings.of(context);
    }

    /** The scope of the nearest context around. */
    private static @Nullable CheckedScope scope(ExtensionContext context) {
        Kept kept = context.getStore(NAMESPACE).get(SCOPE, Kept.class);
        return kept == null ? null : kept.scope();
    }

    /** Whether this extension is registered twice. */
    private static boolean isBegun(ExtensionContext context) {
        Kept kept = context.getStore(NAMESPACE).get(SCOPE, Kept.class);
        return kept != null && kept.id().equals(context.getUniqueId());
    }

    /**
     * Lies in the store of a test or class, which JUnit closes after everything else that belongs to it; an exception
     * then fails that test or class.
     */
    // Both interfaces: see LeakCheckRun.
    private record Kept(String id, LeakCheckRun run, CheckedScope scope)
            implements ExtensionContext.Store.CloseableResource, AutoCloseable {
        @Override
        public void close() {
            run.end(scope);
        }
    }

    private static boolean isOneObjectForAll(ExtensionContext context) {
        return context.getTestInstanceLifecycle().orElse(TestInstance.Lifecycle.PER_METHOD)
                == TestInstance.Lifecycle.PER_CLASS;
    }
}
