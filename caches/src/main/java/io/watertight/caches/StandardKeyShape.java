package io.watertight.caches;

/** Words and separators of a string stay, what looks like an identity goes. Stateless. */
final class StandardKeyShape implements KeyShape<Object> {
    static final StandardKeyShape INSTANCE = new StandardKeyShape();

    /** How many characters a shape may have. */
    static final int LONGEST = 48;
    /** How far into a key to look. */
    private static final int FARTHEST = 256;

    private static final int LONGEST_WORD = 24;
    private static final int SHORTEST_HEX = 8;
    private static final int SURELY_HEX = 16;
    private static final int SHORTEST_PART = 3;
    private static final int UUID_LENGTH = 36;

    private StandardKeyShape() {}

    @Override
    public String of(Object key) {
        if (key instanceof String text) {
            return ofText(text);
        }
        String name = key.getClass().getSimpleName();
        return name.isEmpty() ? "(anonymous class)" : name;
    }

    /** Cuts what anybody's shape has too many of. */
    static String cut(String shape) {
        return shape.length() <= LONGEST ? shape : shape.substring(0, LONGEST - 1) + '…';
    }

    private static String ofText(String key) {
        StringBuilder shape = new StringBuilder(LONGEST);
        int end = Math.min(key.length(), FARTHEST);
        boolean mayHaveMail = key.indexOf('@') >= 0;
        int at = 0;
        while (at < end && shape.length() <= LONGEST) {
            char first = key.charAt(at);
            if (!Character.isLetterOrDigit(first)) {
                shape.append(Character.isISOControl(first) ? ' ' : first);
                at++;
                continue;
            }
            int mail = mayHaveMail ? endOfMail(key, at, end) : at;
            if (mail > at) {
                shape.append("<mail>");
                at = mail;
            } else if (isUuid(key, at)) {
                shape.append("<uuid>");
                at += UUID_LENGTH;
            } else {
                int next = at;
                while (next < end && Character.isLetterOrDigit(key.charAt(next))) {
                    next++;
                }
                appendToken(shape, key, at, next);
                at = next;
            }
        }
        return cut(at < key.length() ? shape.append('…').toString() : shape.toString());
    }

    private static void appendToken(StringBuilder shape, String key, int from, int to) {
        int digits = 0;
        int hex = 0;
        int digitRuns = 0;
        int shortParts = 0;
        int humps = 0;
        int part = 0;
        for (int i = from; i < to; i++) {
            char c = key.charAt(i);
            boolean digit = Character.isDigit(c);
            boolean afterDigit = i > from && Character.isDigit(key.charAt(i - 1));
            digits += digit ? 1 : 0;
            hex += Character.digit(c, 16) >= 0 ? 1 : 0;
            digitRuns += digit && !afterDigit ? 1 : 0;
            humps += Character.isUpperCase(c) && i > from && Character.isLowerCase(key.charAt(i - 1)) ? 1 : 0;
            part = digit ? 0 : part + 1;
            boolean partEnds = !digit && (i + 1 == to || Character.isDigit(key.charAt(i + 1)));
            shortParts += partEnds && part < SHORTEST_PART ? 1 : 0;
        }
        int length = to - from;
        if (digits == length) {
            shape.append('#');
        } else if (hex == length && length >= SHORTEST_HEX && (digits > 0 || length >= SURELY_HEX)) {
            shape.append("<hex>");
        } else if (length > LONGEST_WORD || humps * SHORTEST_PART > length || (digitRuns > 1 && shortParts > 0)) {
            shape.append("<id>");
        } else if (digitRuns == 1 && !Character.isDigit(key.charAt(from)) && !Character.isDigit(key.charAt(to - 1))) {
            shape.append("<id>"); // digits amid letters are nobody's numbering
        } else {
            appendWithoutDigits(shape, key, from, to);
        }
    }

    private static void appendWithoutDigits(StringBuilder shape, String key, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = key.charAt(i);
            if (!Character.isDigit(c)) {
                shape.append(c);
            } else if (i == from || !Character.isDigit(key.charAt(i - 1))) {
                shape.append('#');
            }
        }
    }

    private static boolean isUuid(String key, int at) {
        int end = at + UUID_LENGTH;
        if (end > key.length() || (end < key.length() && Character.isLetterOrDigit(key.charAt(end)))) {
            return false;
        }
        for (int i = 0; i < UUID_LENGTH; i++) {
            char c = key.charAt(at + i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : Character.digit(c, 16) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Where the mail address ends that begins here; {@code at} if none does. */
    private static int endOfMail(String key, int at, int end) {
        int sign = at;
        while (sign < end && isOfMail(key.charAt(sign))) {
            sign++;
        }
        if (sign == end || key.charAt(sign) != '@') {
            return at;
        }
        int after = sign + 1;
        while (after < end && isOfMail(key.charAt(after))) {
            after++;
        }
        return after;
    }

    private static boolean isOfMail(char c) {
        return Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_' || c == '+';
    }
}
