package io.watertight.pools;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** An object of a pool behind its interface, which refuses every call once the lease has ended. */
final class RevocableProxy implements InvocationHandler {
    private final Object object;
    private final Slot slot;
    private final int stamp;

    private RevocableProxy(Object object, Slot slot, int stamp) {
        this.object = object;
        this.slot = slot;
        this.stamp = stamp;
    }

    static Object of(Class<?> face, Object object, Slot slot, int stamp) {
        return Proxy.newProxyInstance(
                face.getClassLoader(), new Class<?>[] {face}, new RevocableProxy(object, slot, stamp));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "equals" -> arguments != null && proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> object + " (lease of pool '" + slot.core.settings.name + "')";
            };
        }
        long state = slot.stateVolatile();
        if (Slot.stampOf(state) != stamp || Slot.tagOf(state) != Slot.LEASED) {
            throw new IllegalStateException("an object of pool '" + slot.core.settings.name + "' was used ("
                    + method.getName() + ") after its lease was closed: somebody else may have it now");
        }
        try {
            return method.invoke(object, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
