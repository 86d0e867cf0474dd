package io.watertight.guards;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Passes the calls of one interface on to a guarded resource. */
final class GuardedProxy<T extends AutoCloseable> implements InvocationHandler {
    private static final Set<String> ALLOWED_AFTER_CLOSE = Set.of("isClosed", "isOpen");

    private final T resource;
    private final Guard<T> guard;
    private final String typeName;
    /** Whether methods of the interface can be called without asking. */
    private final boolean isPublic;

    private GuardedProxy(T resource, Guard<T> guard, Class<T> type) {
        this.resource = resource;
        this.guard = guard;
        this.typeName = type.getName();
        this.isPublic = Modifier.isPublic(type.getModifiers());
    }

    @SuppressWarnings("MustBeClosedChecker") // closed through the proxy
    static <T extends AutoCloseable> T of(Tracker tracker, Class<T> type, T resource) {
        Objects.requireNonNull(tracker, "tracker");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(resource, "resource");
        Guard<T> guard = tracker.open(resource, AutoCloseable::close);
        try {
            if (!type.isInterface()) {
                throw new IllegalArgumentException(
                        "type must be an interface, and " + type.getName() + " is a class; use Tracker.open instead");
            }
            return type.cast(Proxy.newProxyInstance(
                    type.getClassLoader(), new Class<?>[] {type}, new GuardedProxy<>(resource, guard, type)));
        } catch (Throwable failure) {
            throw FailedOpen.release(guard, Guard::close, failure);
        }
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        String name = method.getName();
        if (method.getDeclaringClass() == Object.class) {
            return switch (name) {
                case "equals" -> arguments != null && proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "GuardedProxy[" + typeName + ", " + guard + "]";
            };
        }
        if (name.equals("close") && method.getParameterCount() == 0) {
            guard.closeRaising();
            return null;
        }
        if (!ALLOWED_AFTER_CLOSE.contains(name)) {
            guard.check();
        }
        if (!isPublic) {
            method.setAccessible(true);
        }
        try {
            Object result = method.invoke(resource, arguments);
            return result == resource ? proxy : result;
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
