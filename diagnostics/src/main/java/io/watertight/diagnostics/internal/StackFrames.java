package io.watertight.diagnostics.internal;

import org.jspecify.annotations.Nullable;

/** The stacks of the threads at the moment of the dump. */
final class StackFrames {
    private final HprofFile file;
    private final LongTable frames = new LongTable();
    private final LongTable traces = new LongTable();

    StackFrames(HprofFile file) {
        this.file = file;
    }

    void frame(long body) throws HprofException {
        frames.put(file.id(body), body);
    }

    void trace(long body) throws HprofException {
        traces.put(file.u4(body), body);
    }

    /** A frame of a trace as {@code run(Worker.java:12)}, or null if the dump does not have it. */
    @Nullable
    String text(ClassTable classes, long trace, int depth) throws HprofException {
        long body = traces.get(trace & 0xffff_ffffL, -1);
        if (body < 0 || depth >= file.u4(body + 8)) {
            return null;
        }
        long frame = frames.get(file.id(body + 12 + (long) depth * file.idSize()), -1);
        if (frame < 0) {
            return null;
        }
        int idSize = file.idSize();
        String method = classes.string(file.id(frame + idSize));
        String source = classes.string(file.id(frame + 3L * idSize));
        String className = classes.bySerial(file.u4(frame + 4L * idSize));
        int line = file.s4(frame + 4L * idSize + 4);
        return className + "." + method + "(" + source + (line > 0 ? ":" + line : "") + ")";
    }
}
