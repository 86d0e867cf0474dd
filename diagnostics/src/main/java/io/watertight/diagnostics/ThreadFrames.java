package io.watertight.diagnostics;

import io.watertight.diagnostics.internal.HiddenNames;

/** Writes stack frames in the one way that compares well: without loader, module and version, and with stable lambda names. */
final class ThreadFrames {
    private ThreadFrames() {}

    static String text(StackTraceElement frame) {
        String file = frame.getFileName();
        String source = frame.isNativeMethod()
                ? "Native Method"
                : file == null
                        ? "Unknown Source"
                        : frame.getLineNumber() > 0 ? file + ":" + frame.getLineNumber() : file;
        return HiddenNames.stable(frame.getClassName()) + "." + frame.getMethodName() + "(" + source + ")";
    }

    /** The same from the text that {@link StackTraceElement#toString()} makes. */
    static String text(String frame) {
        String stable = HiddenNames.stable(frame);
        int arguments = stable.indexOf('(');
        int module = stable.lastIndexOf('/', arguments < 0 ? stable.length() : arguments);
        return stable.substring(module + 1);
    }
}
