package io.watertight.diagnostics.internal;

/** The basic types of HPROF. */
final class FieldType {
    static final int OBJECT = 2;

    private static final String[] NAMES = {
        "?", "?", "Object", "?", "boolean", "char", "float", "double", "byte", "short", "int", "long"
    };

    private FieldType() {}

    /** The size in the dump of the type whose code stands at a position. */
    static int size(HprofFile file, long at) throws HprofException {
        int type = file.u1(at);
        return switch (type) {
            case OBJECT -> file.idSize();
            case 4, 8 -> 1;
            case 5, 9 -> 2;
            case 6, 10 -> 4;
            case 7, 11 -> 8;
            default -> throw file.corrupt(at, "there is an unknown basic type (" + type + ")");
        };
    }

    static String name(int type) {
        return NAMES[type];
    }
}
