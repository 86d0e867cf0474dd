package io.watertight.diagnostics.internal;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Says what objects of a dump are, in few words and without the contents of user data other than keys and names. */
final class ObjectText {
    private static final int LONGEST_STRING = 60;

    private final HeapGraph graph;

    ObjectText(HeapGraph graph) {
        this.graph = graph;
    }

    String describe(int object) throws HprofException {
        String type = HiddenNames.stable(graph.typeName(object));
        return switch (graph.tag(object)) {
            case HprofScan.CLASS -> "class " + type;
            case HprofScan.OBJECT_ARRAY, HprofScan.PRIMITIVE_ARRAY -> {
                int inner = type.indexOf("[]");
                yield inner < 0
                        ? type
                        : type.substring(0, inner) + "[" + graph.length(object) + "]" + type.substring(inner + 2);
            }
            default -> type + name(object);
        };
    }

    private String name(int object) throws HprofException {
        ClassRecord type = graph.type(object);
        boolean isNamed =
                type != null && (type.isSubclassOf("java.lang.Thread") || type.isSubclassOf("java.lang.ClassLoader"));
        String name = isNamed ? string(graph.field(object, "name")) : null;
        return name == null ? "" : " '" + name + "'";
    }

    String threadName(int thread) throws HprofException {
        String name = string(graph.field(thread, "name"));
        return name == null ? "(unnamed)" : name;
    }

    /** A map's key in words: the text of a string, a number, the name of an enum constant, else the class. */
    String key(int object) throws HprofException {
        String text = string(object);
        if (text != null) {
            return "\"" + text + "\"";
        }
        ClassRecord type = graph.type(object);
        if (type != null && type.isSubclassOf("java.lang.Enum")) {
            String name = string(graph.field(object, "name"));
            return name == null ? HiddenNames.stable(type.name) : name;
        }
        String boxed = type == null ? null : boxed(object, type.name);
        return boxed != null ? boxed : describe(object);
    }

    private @Nullable String boxed(int object, String type) throws HprofException {
        long place = graph.fieldPlace(object, "value");
        if (place < 0) {
            return null;
        }
        return switch (type) {
            case "java.lang.Integer" -> String.valueOf(graph.file.s4(place));
            case "java.lang.Long" -> String.valueOf(graph.file.s8(place));
            case "java.lang.Short" -> String.valueOf((short) graph.file.u2(place));
            case "java.lang.Byte" -> String.valueOf((byte) graph.file.u1(place));
            case "java.lang.Character" -> "'" + (char) graph.file.u2(place) + "'";
            default -> null;
        };
    }

    /** The beginning of a string's text, or null if the object is none. */
    @Nullable
    String string(int object) throws HprofException {
        if (object < 0 || !graph.typeName(object).equals("java.lang.String")) {
            return null;
        }
        int value = graph.field(object, "value");
        if (value < 0 || graph.tag(value) != HprofScan.PRIMITIVE_ARRAY) {
            return null;
        }
        long coder = graph.fieldPlace(object, "coder");
        boolean isLatin = coder >= 0 && graph.file.u1(coder) == 0;
        long start = graph.elementsAt(graph.index.positionOf(value)) - graph.file.idSize() + 1;
        int unit = isLatin ? 1 : 2;
        int length = Math.min(graph.length(value) / unit, LONGEST_STRING);
        StringBuilder text = new StringBuilder();
        if (isLatin) {
            byte[] bytes = new byte[length];
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) graph.file.u1(start + i);
            }
            text.append(new String(bytes, StandardCharsets.ISO_8859_1));
        } else {
            for (int i = 0; i < length; i++) {
                text.append(wide(start + 2L * i));
            }
        }
        return text.append(graph.length(value) / unit > length ? "..." : "").toString();
    }

    /** The bytes of a wide string are in the order of the machine. */
    private char wide(long at) throws HprofException {
        int high = graph.file.u1(at);
        int low = graph.file.u1(at + 1);
        boolean isLittle = java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.LITTLE_ENDIAN;
        return (char) (isLittle ? (low << 8) | high : (high << 8) | low);
    }
}
