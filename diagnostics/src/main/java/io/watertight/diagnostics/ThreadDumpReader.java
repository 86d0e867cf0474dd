package io.watertight.diagnostics;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON that the JVM writes of its threads, line by line, in the memory of one thread. The JVM puts one value on
 * a line; which ones there are differs from version to version, so that only {@code tid} is taken for granted.
 */
final class ThreadDumpReader {
    private static final int LONGEST_LINE = 1 << 16;
    private static final int MOST_FRAMES = 1 << 12;

    private final BufferedReader lines;
    private final StringBuilder line = new StringBuilder();
    private boolean isAtEnd;

    private long id = -1;
    private String name = "";
    private String state = "";
    private boolean isVirtual;
    private boolean isInStack;
    private List<String> stack = new ArrayList<>();

    ThreadDumpReader(Reader json) {
        this.lines = new BufferedReader(json);
    }

    /**
     * One thread of the dump.
     *
     * @param isSaidVirtual whether the dump says that it is virtual; those of 21 to 23 do not say
     */
    record Entry(long id, String name, String state, boolean isSaidVirtual, List<String> stack) {}

    /** The next thread, or null after the last. */
    @Nullable
    Entry next() throws IOException {
        while (nextLine()) {
            Entry finished = isInStack ? frame() : value();
            if (finished != null) {
                return finished;
            }
        }
        return finish(-1);
    }

    private @Nullable Entry frame() {
        if (line.charAt(0) == ']') {
            isInStack = false;
        } else if (stack.size() < MOST_FRAMES) {
            stack.add(ThreadFrames.text(unquoted(0)));
        }
        return null;
    }

    private @Nullable Entry value() throws IOException {
        if (startsWith("\"tid\"")) {
            return finish(number(valueAt()));
        } else if (startsWith("\"name\"")) {
            name = unquoted(valueAt());
        } else if (startsWith("\"state\"")) {
            state = unquoted(valueAt());
        } else if (startsWith("\"virtual\"")) {
            isVirtual = unquoted(valueAt()).startsWith("true");
        } else if (startsWith("\"stack\"")) {
            isInStack = line.indexOf("]") < 0; // an empty one may be closed on the same line
        }
        return null;
    }

    /** Hands out the thread read so far, if any, and begins the next. */
    private @Nullable Entry finish(long nextId) {
        Entry finished = id < 0 ? null : new Entry(id, name, state, isVirtual, stack);
        id = nextId;
        name = "";
        state = "";
        isVirtual = false;
        stack = new ArrayList<>();
        return finished;
    }

    /** Reads up to the next line that is not empty, and cuts off what is longer than any line should be. */
    private boolean nextLine() throws IOException {
        line.setLength(0);
        while (!isAtEnd) {
            int next = lines.read();
            isAtEnd = next < 0;
            if (isAtEnd || next == '\n') {
                if (line.length() > 0) {
                    return true;
                }
            } else if (line.length() < LONGEST_LINE && (line.length() > 0 || !Character.isWhitespace(next))) {
                line.append((char) next);
            }
        }
        return false;
    }

    private boolean startsWith(String key) {
        return line.indexOf(key) == 0;
    }

    private int valueAt() {
        int colon = line.indexOf(":");
        int at = colon < 0 ? line.length() : colon + 1;
        while (at < line.length() && line.charAt(at) == ' ') {
            at++;
        }
        return at;
    }

    private long number(int at) throws IOException {
        String digits = unquoted(at);
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException noNumber) {
            throw new IOException("the thread dump has a tid that is no number: " + line);
        }
    }

    /** The value at a place: the text of a JSON string, or what stands there up to a comma. */
    private String unquoted(int at) {
        StringBuilder text = new StringBuilder();
        boolean isQuoted = at < line.length() && line.charAt(at) == '"';
        char end = isQuoted ? '"' : ',';
        for (int i = isQuoted ? at + 1 : at; i < line.length() && line.charAt(i) != end; i++) {
            if (line.charAt(i) != '\\' || i + 1 == line.length()) {
                text.append(line.charAt(i));
            } else if (line.charAt(++i) != 'u') {
                text.append(escaped(line.charAt(i)));
            } else {
                int last = Math.min(i + 4, line.length() - 1);
                int code = 0;
                while (i < last) {
                    code = code * 16 + Character.digit(line.charAt(++i), 16);
                }
                text.append((char) code);
            }
        }
        return text.toString().strip();
    }

    private static char escaped(char code) {
        return switch (code) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            default -> code;
        };
    }
}
