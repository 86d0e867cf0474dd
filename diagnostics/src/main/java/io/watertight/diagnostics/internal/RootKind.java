package io.watertight.diagnostics.internal;

import org.jspecify.annotations.Nullable;

/** Why the collector keeps an object that no other object holds; the kinds that explain most come first. */
public enum RootKind {
    /** A class that is never unloaded; its static fields hold the rest. */
    CLASS(0x05, 0),
    /** A global reference of native code, or of the JVM itself. */
    JNI_GLOBAL(0x01, -1),
    /** Something the JVM keeps for a reason of its own. */
    UNKNOWN(0xff, 0),
    /** A thread that has not ended. */
    THREAD(0x08, 8),
    /** An object some thread has locked. */
    MONITOR(0x07, 0),
    /** An object a native method of a thread blocks on. */
    THREAD_BLOCK(0x06, 4),
    /** A local variable of a running Java method. */
    JAVA_FRAME(0x03, 8),
    /** A local variable of a running native method. */
    JNI_LOCAL(0x02, 8),
    /** An argument of a running native method. */
    NATIVE_STACK(0x04, 4);

    private final int tag;
    private final int extra;

    RootKind(int tag, int extra) {
        this.tag = tag;
        this.extra = extra;
    }

    static @Nullable RootKind of(int tag) {
        for (RootKind kind : values()) {
            if (kind.tag == tag) {
                return kind;
            }
        }
        return null;
    }

    /** Bytes of the record after the object's id. */
    int extraBytes(int idSize) {
        return extra < 0 ? idSize : extra;
    }

    /** Says whether such a root goes away when a method returns, which makes it the poorer explanation. */
    boolean isTransient() {
        return compareTo(THREAD_BLOCK) >= 0;
    }
}
