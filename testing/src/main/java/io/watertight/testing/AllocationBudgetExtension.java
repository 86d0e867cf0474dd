package io.watertight.testing;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Runs a test method as usual, then measures its body. Stateless. */
final class AllocationBudgetExtension implements InvocationInterceptor {
    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        invocation.proceed();
        check(method, context, name(method));
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        invocation.proceed();
        check(method, context, name(method) + " " + context.getDisplayName());
    }

    private static String name(ReflectiveInvocationContext<Method> method) {
        return method.getTargetClass().getName() + "." + method.getExecutable().getName();
    }

    private static void check(ReflectiveInvocationContext<Method> method, ExtensionContext context, String name)
            throws Throwable {
        Optional<AllocationBudget> found =
                AnnotationSupport.findAnnotation(method.getExecutable(), AllocationBudget.class);
        if (found.isEmpty()) {
            return;
        }
        AllocationBudget budget = found.get();
        if (budget.baseline() && (budget.bytesPerOperation() != 0)) {
            throw new ExtensionConfigurationException(
                    "@AllocationBudget of '" + name + "': bytesPerOperation and baseline exclude each other");
        }
        Body body = new Body(handle(method));
        if (budget.baseline()) {
            AllocationBaseline.from(context::getConfigurationParameter).check(name, body);
        } else {
            AllocationCheck.check(name, budget.bytesPerOperation(), budget.mode(), body);
        }
    }

    private static MethodHandle handle(ReflectiveInvocationContext<Method> context) throws IllegalAccessException {
        Method method = context.getExecutable();
        try {
            method.setAccessible(true);
        } catch (InaccessibleObjectException closed) {
            throw new ExtensionConfigurationException(
                    "@AllocationBudget of '" + name(context) + "': the method cannot be called; open its package to"
                            + " io.watertight.testing, or run tests on the class path",
                    closed);
        }
        MethodHandle handle = MethodHandles.lookup().unreflect(method).asFixedArity();
        if (context.getTarget().isPresent()) {
            handle = handle.bindTo(context.getTarget().get());
        }
        return MethodHandles.insertArguments(handle, 0, context.getArguments().toArray())
                .asType(MethodType.methodType(void.class));
    }

    /** The body as an operation: calling it boxes nothing and makes no array, as reflection would. */
    private static final class Body implements AllocatingOperation {
        private final MethodHandle handle;

        Body(MethodHandle handle) {
            this.handle = handle;
        }

        @Override
        public void run() throws Throwable {
            handle.invokeExact();
        }
    }
}
