package io.watertight.diagnostics.internal;

import java.io.IOException;

/** Says that a heap dump cannot be read: it was cut off, is corrupt, or is of a kind this reader does not know. */
public final class HprofException extends IOException {
    private static final long serialVersionUID = 1;

    HprofException(String file, long position, String problem) {
        super("heap dump '" + file + "': at byte " + position + " " + problem
                + "; the file was probably cut off or changed while it was written (a full disk?); take a new dump");
    }

    HprofException(String file, String problem) {
        super("heap dump '" + file + "': " + problem);
    }
}
