package io.watertight.guards;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds by reflection what a wrapper must pass on, on whatever JDK runs the test, and calls it with telling arguments. */
final class Delegation {
    private final List<Call> calls = new ArrayList<>();

    /** One call as the delegate saw it. */
    record Call(String signature, List<Object> arguments) {}

    /** Every method that a subclass of a class can override and its users can call, those of Object left out. */
    static Stream<Method> overridable(Class<?> type) {
        return Stream.of(type.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && !Modifier.isFinal(method.getModifiers()))
                .filter(method -> !method.isSynthetic());
    }

    static String signature(Method method) {
        return method.getName()
                + Stream.of(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(",", "(", ")"));
    }

    static boolean overrides(Class<?> wrapper, Method method) {
        try {
            return wrapper.getDeclaredMethod(method.getName(), method.getParameterTypes()) != null;
        } catch (NoSuchMethodException missing) {
            return false;
        }
    }

    /** Different numbers, so that swapped arguments show. */
    static Object[] arguments(Method method) {
        Class<?>[] types = method.getParameterTypes();
        Object[] arguments = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            arguments[i] = argument(types[i], i + 1);
        }
        return arguments;
    }

    private static Object argument(Class<?> type, int number) {
        if (type == int.class) {
            return number;
        } else if (type == long.class) {
            return (long) number;
        } else if (type == boolean.class) {
            return true;
        } else if (type == byte[].class) {
            return new byte[8];
        } else if (type == ByteBuffer.class) {
            return ByteBuffer.allocate(8);
        } else if (type == ByteBuffer[].class) {
            return Stream.generate(() -> ByteBuffer.allocate(8)).limit(8).toArray(ByteBuffer[]::new);
        }
        return null;
    }

    static Object invoke(Object target, Method method, Object... arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    /** For delegates: remembers a call and returns what the delegate shall answer. */
    <R> R called(R answer, String signature, Object... arguments) {
        calls.add(new Call(signature, Arrays.asList(arguments)));
        return answer;
    }

    List<Call> calls() {
        return calls;
    }

    List<String> signatures() {
        return calls.stream().map(Call::signature).toList();
    }
}
