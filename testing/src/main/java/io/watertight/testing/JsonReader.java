package io.watertight.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON as maps, lists, strings, doubles, booleans and null. Refuses whatever RFC 8259 does, and more than 500 levels,
 * with line and column.
 */
final class JsonReader {
    private static final int DEEPEST = 500;
    private static final char END = '\uffff'; // no character of Unicode

    private final String source;
    private final String text;
    private int position;

    private JsonReader(String source, String text) {
        this.source = source;
        this.text = text;
    }

    /** Parses one value; {@code source} names the text in messages. */
    static @Nullable Object parse(String source, String text) {
        JsonReader reader = new JsonReader(source, text);
        Object value = reader.value(0);
        if (reader.next() != END || reader.position < text.length()) {
            throw reader.unexpected("the end of the text");
        }
        return value;
    }

    private @Nullable Object value(int depth) {
        if (depth > DEEPEST) {
            throw unexpected("no more than " + DEEPEST + " levels");
        }
        return switch (next()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> literal("true", true);
            case 'f' -> literal("false", false);
            case 'n' -> literal("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> object(int depth) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        position++;
        if (next() == '}') {
            position++;
            return members;
        }
        do {
            if (next() != '"') {
                throw unexpected("a name in quotes");
            }
            String name = string();
            expect(':');
            members.put(name, value(depth + 1));
        } while (isMore('}'));
        return members;
    }

    private List<@Nullable Object> array(int depth) {
        List<@Nullable Object> elements = new ArrayList<>();
        position++;
        if (next() == ']') {
            position++;
            return elements;
        }
        do {
            elements.add(value(depth + 1));
        } while (isMore(']'));
        return elements;
    }

    /** Consumes a comma, or the end of an object or array. */
    private boolean isMore(char end) {
        char found = next();
        if (found != ',' && found != end) {
            throw unexpected("',' or '" + end + "'");
        }
        position++;
        return found == ',';
    }

    private void expect(char expected) {
        if (next() != expected) {
            throw unexpected("'" + expected + "'");
        }
        position++;
    }

    private String string() {
        StringBuilder value = new StringBuilder();
        position++;
        while (true) {
            char found = peek();
            if (found < ' ' || position >= text.length()) {
                throw unexpected("the end of a string");
            }
            position++;
            if (found == '"') {
                return value.toString();
            }
            value.append(found == '\\' ? escaped() : found);
        }
    }

    private char escaped() {
        char found = peek();
        char value = switch (found) {
            case '"', '\\', '/' -> found;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hexadecimal();
            default -> throw unexpected("one of \"\\/bfnrtu after a backslash");
        };
        position++;
        return value;
    }

    /** Leaves the position at the last digit. */
    private char hexadecimal() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            position++;
            int digit = peek() < 128 ? Character.digit(peek(), 16) : -1;
            if (digit < 0) {
                throw unexpected("four hexadecimal digits");
            }
            value = 16 * value + digit;
        }
        return (char) value;
    }

    private @Nullable Object literal(String name, @Nullable Object value) {
        if (!text.startsWith(name, position)) {
            throw unexpected("a value");
        }
        position += name.length();
        return value;
    }

    private Double number() {
        int start = position;
        if (peek() == '-') {
            position++;
        }
        if (peek() == '0') {
            position++;
        } else {
            digits(start == position ? "a value" : "a digit");
        }
        if (peek() == '.') {
            position++;
            digits("a digit");
        }
        if (peek() == 'e' || peek() == 'E') {
            position++;
            if (peek() == '+' || peek() == '-') {
                position++;
            }
            digits("a digit");
        }
        return Double.valueOf(text.substring(start, position));
    }

    private void digits(String expected) {
        if (!isDigit(peek())) {
            throw unexpected(expected);
        }
        while (isDigit(peek())) {
            position++;
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private char peek() {
        return position < text.length() ? text.charAt(position) : END;
    }

    /** Skips white space. */
    private char next() {
        while (" \t\r\n".indexOf(peek()) >= 0) {
            position++;
        }
        return peek();
    }

    private IllegalArgumentException unexpected(String expected) {
        String before = text.substring(0, Math.min(position, text.length()));
        long line = before.chars().filter(c -> c == '\n').count() + 1;
        int column = before.length() - before.lastIndexOf('\n');
        String found = position < text.length() ? "'" + text.charAt(position) + "'" : "the end of the text";
        return new IllegalArgumentException("json '" + source + "': " + found + " at line " + line + ", column "
                + column + ", where " + expected + " should be; the file may have been cut off");
    }
}
