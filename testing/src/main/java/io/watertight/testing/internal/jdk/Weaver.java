package io.watertight.testing.internal.jdk;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.takesArgument;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.scaffold.MethodGraph;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.matcher.ElementMatcher;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the {@linkplain Advices code} at the {@linkplain Hook places}, and takes it out again. The only class, with the two
 * that it uses for that, which needs Byte Buddy: whoever loads it must expect a {@link LinkageError}.
 */
final class Weaver implements ClassFileTransformer {
    private static final Logger LOG = LoggerFactory.getLogger(Weaver.class);

    private final Instrumentation instrumentation;
    private final BootCallbacks callbacks;
    private final Map<Class<?>, List<Hook>> hooks = new LinkedHashMap<>();
    private final Set<Class<?>> failed = ConcurrentHashMap.newKeySet();

    private Weaver(Instrumentation instrumentation, BootCallbacks callbacks) {
        this.instrumentation = instrumentation;
        this.callbacks = callbacks;
    }

    /**
     * Gets hold of the JVM, attaching to it unless an agent is there already; changes no class yet.
     *
     * @throws IllegalStateException if the JVM cannot be attached to, or cannot change classes
     */
    static Weaver attach() throws ReflectiveOperationException {
        Instrumentation instrumentation = ByteBuddyAgent.install();
        if (!instrumentation.isRetransformClassesSupported()) {
            throw new IllegalStateException("this JVM does not change classes that are loaded");
        }
        return new Weaver(instrumentation, BootCallbacks.define(instrumentation));
    }

    BootCallbacks callbacks() {
        return callbacks;
    }

    /** Puts the code in; returns the kinds for which every place was found and changed. */
    Set<Kind> weave() throws UnmodifiableClassException {
        Set<Kind> usable = EnumSet.noneOf(Kind.class);
        Set<Kind> closable = EnumSet.of(Kind.DIRECT_BUFFER);
        Set<Kind> broken = EnumSet.noneOf(Kind.class);
        for (Hook hook : Hook.all()) {
            Class<?> type = find(hook.className());
            if (type != null && isMatched(hook, type) && instrumentation.isModifiableClass(type)) {
                hooks.computeIfAbsent(type, fresh -> new ArrayList<>()).add(hook);
                (hook.event().opens() ? usable : closable).addAll(hook.kinds());
            } else if (type != null) {
                broken.addAll(hook.kinds());
            }
        }
        hooks.values().forEach(places -> places.removeIf(hook -> broken.containsAll(hook.kinds())));
        hooks.values().removeIf(List::isEmpty);
        instrumentation.addTransformer(this, true);
        instrumentation.retransformClasses(hooks.keySet().toArray(new Class<?>[0]));
        for (Class<?> type : failed) {
            hooks.getOrDefault(type, List.of()).forEach(hook -> broken.addAll(hook.kinds()));
        }
        usable.retainAll(closable);
        usable.removeAll(broken);
        LOG.debug("watertight: watches {} of the JDK, cannot watch {}", usable, broken);
        return usable;
    }

    /** Takes the code out. */
    void unweave() {
        if (!instrumentation.removeTransformer(this)) {
            return;
        }
        try {
            instrumentation.retransformClasses(hooks.keySet().toArray(new Class<?>[0]));
        } catch (UnmodifiableClassException impossible) {
            throw new AssertionError(impossible); // they were modifiable before
        }
    }

    private static @Nullable Class<?> find(String className) {
        try {
            Class<?> type = Class.forName(className, false, ClassLoader.getPlatformClassLoader());
            return Origin.isJdk(type) ? type : null;
        } catch (ClassNotFoundException notOnThisPlatform) {
            return null;
        }
    }

    private static boolean isMatched(Hook hook, Class<?> type) {
        return !TypeDescription.ForLoadedType.of(type)
                .getDeclaredMethods()
                .filter(matcher(hook))
                .isEmpty();
    }

    private static ElementMatcher.Junction<MethodDescription> matcher(Hook hook) {
        boolean constructor = hook.member().equals(Hook.CONSTRUCTOR);
        ElementMatcher.Junction<MethodDescription> matcher = constructor ? isConstructor() : named(hook.member());
        if (!hook.firstParameter().isEmpty()) {
            matcher = matcher.and(takesArgument(0, named(hook.firstParameter())));
        }
        return matcher.and(method -> !method.isAbstract() && !method.isBridge() && !method.isNative());
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            String className,
            @Nullable Class<?> loaded,
            @Nullable ProtectionDomain domain,
            byte[] bytes) {
        if (loaded == null) { // being loaded just now: all of ours are already
            return null;
        }
        List<Hook> places = hooks.get(loaded);
        if (places == null) {
            return null;
        }
        try {
            return woven(loaded, places, bytes);
        } catch (Throwable failure) {
            // What is thrown from here is swallowed by the JVM.
            failed.add(loaded);
            LOG.debug("watertight: could not change {}", className, failure);
            return null;
        }
    }

    private byte[] woven(Class<?> type, List<Hook> places, byte[] bytes) {
        TypeDescription description = TypeDescription.ForLoadedType.of(type);
        DynamicType.Builder<?> builder = new ByteBuddy()
                .with(TypeValidation.DISABLED)
                .with(MethodGraph.Compiler.ForDeclaredMethods.INSTANCE)
                .with(Implementation.Context.Disabled.Factory.INSTANCE)
                .decorate(description, ClassFileLocator.Simple.of(description.getName(), bytes));
        for (Hook place : places) {
            builder = builder.visit(advice(place).on(matcher(place)));
        }
        return builder.make().getBytes();
    }

    private Advice advice(Hook place) {
        Advice.WithCustomMapping mapping = Advice.withCustomMapping()
                .bind(Advices.Opened.class, callbacks.opened())
                .bind(Advices.Closed.class, callbacks.closed())
                .bind(Advices.Exchanged.class, callbacks.exchanged());
        if (place.event().opens()) {
            mapping = mapping.bind(Advices.KindName.class, (Object)
                    place.kinds().iterator().next().name());
        }
        return mapping.to(place.event().code());
    }
}
