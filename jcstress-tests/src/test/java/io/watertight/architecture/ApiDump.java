package io.watertight.architecture;

import java.lang.module.ModuleDescriptor.Exports;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The public face of a module as sorted text: every public and protected member of its exported packages. */
final class ApiDump {

    private static final int SHOWN =
            Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC | Modifier.ABSTRACT | Modifier.FINAL;

    private ApiDump() {}

    static String of(String module) {
        Set<String> exported = House.descriptor(module).exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(Exports::source)
                .collect(Collectors.toSet());
        return House.classNames(module).stream()
                .filter(name -> !name.endsWith(".package-info"))
                .map(House::load)
                .filter(type -> exported.contains(type.getPackageName()) && isVisible(type))
                .map(ApiDump::describe)
                .collect(Collectors.joining("\n", "# Public API of " + House.ROOT + module + "\n", ""));
    }

    private static boolean isVisible(Class<?> type) {
        boolean open = isVisible(type.getModifiers()) && !type.isAnonymousClass() && !type.isLocalClass();
        return open && (type.getEnclosingClass() == null || isVisible(type.getEnclosingClass()));
    }

    private static boolean isVisible(int modifiers) {
        return (modifiers & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
    }

    private static String describe(Class<?> type) {
        Stream<? extends Member> members = Stream.of(
                        type.getDeclaredFields(), type.getDeclaredConstructors(), type.getDeclaredMethods())
                .flatMap(Arrays::stream);
        List<String> lines = members.filter(m -> isVisible(m.getModifiers()) && !m.isSynthetic())
                .map(m -> "    " + text(m))
                .sorted()
                .toList();
        return header(type) + "\n" + lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private static String header(Class<?> type) {
        String kind = type.isAnnotation()
                ? "@interface"
                : type.isInterface() ? "interface" : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
        StringBuilder header = new StringBuilder(Modifier.toString(type.getModifiers() & SHOWN & ~Modifier.INTERFACE))
                .append(type.isSealed() ? " sealed " : " ")
                .append(kind)
                .append(' ')
                .append(type.getName());
        if (type.getTypeParameters().length > 0) {
            header.append(names(type.getTypeParameters(), "<", ">"));
        }
        if (type.getGenericSuperclass() != null && type.getSuperclass() != Object.class) {
            header.append(" extends ").append(type.getGenericSuperclass().getTypeName());
        }
        if (type.getGenericInterfaces().length > 0) {
            header.append(names(type.getGenericInterfaces(), type.isInterface() ? " extends " : " implements ", ""));
        }
        return header.toString();
    }

    private static String names(Type[] types, String before, String after) {
        return Arrays.stream(types).map(Type::getTypeName).collect(Collectors.joining(", ", before, after));
    }

    private static String text(Member member) {
        String text = member instanceof java.lang.reflect.Field field
                ? field.toGenericString()
                : ((java.lang.reflect.Executable) member).toGenericString();
        return text.replace("synchronized ", "").replace("native ", "").replace("transient ", "");
    }
}
