package io.watertight.examples;

/** A line of source. */
record Line(String className, String file, int number) {
    static Line of(StackTraceElement frame) {
        return new Line(frame.getClassName(), String.valueOf(frame.getFileName()), frame.getLineNumber());
    }

    @Override
    public String toString() {
        return file + ":" + number;
    }
}
