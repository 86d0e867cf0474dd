package io.watertight.testing.internal.jdk;

import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.modifier.FieldManifestation;
import net.bytebuddy.description.modifier.Ownership;
import net.bytebuddy.description.modifier.TypeManifestation;
import net.bytebuddy.description.modifier.Visibility;
import net.bytebuddy.dynamic.loading.ClassLoadingStrategy;
import net.bytebuddy.dynamic.scaffold.subclass.ConstructorStrategy;
import net.bytebuddy.implementation.MethodCall;
import org.jspecify.annotations.Nullable;

/**
 * The fields through which the code put into the JDK finds us: three static volatile ones of a class defined in java.base,
 * because only what the boot loader defined is visible there. They hold null while nobody watches. The class itself stays
 * until the JVM ends, as everything of that loader does: it is empty but for the fields.
 */
final class BootCallbacks {
    static final String NAME = "java.util.WatertightCallbacks";

    private final Field opened;
    private final Field closed;
    private final Field exchanged;

    private BootCallbacks(Class<?> holder) throws NoSuchFieldException {
        opened = holder.getField("opened");
        closed = holder.getField("closed");
        exchanged = holder.getField("exchanged");
    }

    static BootCallbacks define(Instrumentation instrumentation) throws ReflectiveOperationException {
        Class<?> present = present();
        return new BootCallbacks(present == null ? defineHolder(instrumentation) : present);
    }

    static @Nullable Class<?> present() {
        try {
            return Class.forName(NAME, true, null);
        } catch (ClassNotFoundException notYet) {
            return null;
        }
    }

    /**
     * Opens the package to a module that has one class and is dropped at once, not to ours: code under test must not find
     * java.base more open than it is in production. So no file is needed either.
     */
    private static Class<?> defineHolder(Instrumentation instrumentation) throws ReflectiveOperationException {
        Class<?> opener = new ByteBuddy()
                .subclass(Object.class, ConstructorStrategy.Default.NO_CONSTRUCTORS)
                .name("io.watertight.opener.Opener")
                .modifiers(Visibility.PUBLIC)
                .defineMethod("lookup", MethodHandles.Lookup.class, Visibility.PUBLIC, Ownership.STATIC)
                .intercept(MethodCall.invoke(MethodHandles.class.getMethod("lookup")))
                .make()
                .load(null, ClassLoadingStrategy.Default.WRAPPER)
                .getLoaded();
        instrumentation.redefineModule(
                Object.class.getModule(),
                Set.of(),
                Map.of(),
                Map.of("java.util", Set.of(opener.getModule())),
                Set.of(),
                Map.of());
        MethodHandles.Lookup lookup =
                (MethodHandles.Lookup) opener.getMethod("lookup").invoke(null);
        return MethodHandles.privateLookupIn(List.class, lookup).defineClass(holder());
    }

    private static byte[] holder() {
        return new ByteBuddy()
                .subclass(Object.class, ConstructorStrategy.Default.NO_CONSTRUCTORS)
                .name(NAME)
                .modifiers(Visibility.PUBLIC, TypeManifestation.FINAL)
                .defineField(
                        "opened", BiConsumer.class, Visibility.PUBLIC, Ownership.STATIC, FieldManifestation.VOLATILE)
                .defineField("closed", Consumer.class, Visibility.PUBLIC, Ownership.STATIC, FieldManifestation.VOLATILE)
                .defineField(
                        "exchanged", BiConsumer.class, Visibility.PUBLIC, Ownership.STATIC, FieldManifestation.VOLATILE)
                .make()
                .getBytes();
    }

    Field opened() {
        return opened;
    }

    Field closed() {
        return closed;
    }

    Field exchanged() {
        return exchanged;
    }

    boolean isTaken() throws IllegalAccessException {
        return closed.get(null) != null;
    }

    /** Closes come first: what is opened while the fields are being set can be closed already. */
    void set(
            BiConsumer<Object, Object> onOpened,
            Consumer<Object> onClosed,
            @Nullable BiConsumer<Object, Object> onExchanged)
            throws IllegalAccessException {
        closed.set(null, onClosed);
        exchanged.set(null, onExchanged);
        opened.set(null, onOpened);
    }

    void clear() {
        try {
            opened.set(null, null);
            exchanged.set(null, null);
            closed.set(null, null);
        } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
