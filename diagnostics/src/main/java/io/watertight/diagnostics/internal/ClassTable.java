package io.watertight.diagnostics.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All names and classes of a dump. */
final class ClassTable {
    private static final int LENGTH_BITS = 16;
    private static final int LONGEST_NAME = 4096;

    private final HprofFile file;
    private final LongTable strings = new LongTable();
    private final LongTable names = new LongTable();
    private final LongTable serials = new LongTable();
    private final LongTable ordinals = new LongTable();
    private final List<ClassRecord> classes = new ArrayList<>();
    private @Nullable ClassRecord last;
    private long referentName = -1;

    ClassTable(HprofFile file) {
        this.file = file;
    }

    void string(long body, long length) throws HprofException {
        long characters = Math.max(0, Math.min(length - file.idSize(), LONGEST_NAME));
        strings.put(file.id(body), ((body + file.idSize()) << LENGTH_BITS) | characters);
    }

    void loaded(long body) throws HprofException {
        names.put(file.id(body + 4), file.id(body + 8 + file.idSize()));
        serials.put(file.u4(body), file.id(body + 4));
    }

    void add(long at) throws HprofException {
        long id = file.id(at + 1);
        String name = javaName(string(names.get(id, 0)));
        ordinals.put(id, classes.size());
        classes.add(new ClassRecord(file, at, classes.size(), name));
    }

    /** The text with an id, or a stand-in if the dump has none. */
    String string(long id) throws HprofException {
        long place = strings.get(id, -1);
        if (place < 0) {
            return "(name " + Long.toHexString(id) + ")";
        }
        return file.text(place >>> LENGTH_BITS, (int) (place & ((1 << LENGTH_BITS) - 1)));
    }

    /** Lays out all classes, superclasses first. */
    void link() throws HprofException {
        Deque<ClassRecord> toLink = new ArrayDeque<>();
        for (ClassRecord type : classes) {
            for (ClassRecord next = type; next != null && !next.linked; next = find(next.superId)) {
                toLink.push(next);
                if (toLink.size() > classes.size()) {
                    throw file.corrupt(type.position, "the class " + type.name + " is its own superclass");
                }
            }
            while (!toLink.isEmpty()) {
                link(toLink.pop());
            }
        }
    }

    private void link(ClassRecord type) throws HprofException {
        boolean isReference = type.name.equals("java.lang.ref.Reference");
        if (isReference) {
            referentName = nameOfField(type, "referent");
        }
        ClassRecord parent = find(type.superId);
        type.link(file.idSize(), parent, isReference, referentName);
        type.referenceKind = switch (type.name) {
            case "java.lang.ref.SoftReference" -> ClassRecord.ReferenceKind.SOFT;
            case "java.lang.ref.FinalReference" -> ClassRecord.ReferenceKind.FINAL;
            case "java.lang.ref.Reference" -> ClassRecord.ReferenceKind.WEAK;
            default -> parent == null ? ClassRecord.ReferenceKind.STRONG : parent.referenceKind;
        };
    }

    private long nameOfField(ClassRecord type, String wanted) throws HprofException {
        long[] found = {-1};
        type.fields(file.idSize(), (declaring, nameId, fieldType, offset) -> {
            if (string(nameId).equals(wanted)) {
                found[0] = nameId;
            }
        });
        return found[0];
    }

    /** The class with an id, or null. */
    @Nullable
    ClassRecord find(long id) {
        ClassRecord recent = last;
        if (recent != null && recent.id == id) {
            return recent;
        }
        long ordinal = ordinals.get(id, -1);
        if (ordinal < 0) {
            return null;
        }
        ClassRecord found = classes.get((int) ordinal);
        last = found;
        return found;
    }

    /** The class of the object whose record names it at a position. */
    ClassRecord at(long position) throws HprofException {
        ClassRecord type = find(file.id(position));
        if (type == null) {
            throw file.corrupt(position, "an object is of a class that the dump does not have");
        }
        return type;
    }

    /** The name of the class that stack frames know by a serial number. */
    String bySerial(long serial) {
        ClassRecord type = find(serials.get(serial, 0));
        return type == null ? "(unknown class)" : type.name;
    }

    List<ClassRecord> all() {
        return classes;
    }

    static String javaName(String name) {
        int dimensions = 0;
        while (dimensions < name.length() && name.charAt(dimensions) == '[') {
            dimensions++;
        }
        String element = name.substring(dimensions);
        if (dimensions > 0 && element.length() > 1 && element.startsWith("L") && element.endsWith(";")) {
            element = element.substring(1, element.length() - 1);
        } else if (dimensions > 0 && element.length() == 1) {
            int type = "....ZCFDBSIJ".indexOf(element);
            element = type < 4 ? element : FieldType.name(type);
        }
        return element.replace('/', '.') + "[]".repeat(dimensions);
    }
}
