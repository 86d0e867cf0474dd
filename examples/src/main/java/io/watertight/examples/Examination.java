package io.watertight.examples;

import io.watertight.guards.Evidence;
import io.watertight.guards.Watertight;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Runs both programs of a ward, waits for the reports, prints them, and judges. */
final class Examination {
    private static final String INDENT = " ".repeat(13);
    private static final int WIDTH = 120;

    private final PrintStream out;
    private final Duration patience;

    Examination(PrintStream out, Duration patience) {
        this.out = out;
        this.patience = patience;
    }

    Verdict of(Ward ward) throws Exception {
        out.println("    " + ward.story());
        boolean leaked;
        List<Finding> right;
        boolean rightLine;
        try (Room room = new Room(ward, Patience.LIMIT)) {
            try {
                ward.leak(room);
                Patience.collect();
                Patience.until(() -> isFound(ward, room), patience);
                right = matching(ward, room);
                leaked = room.isAllStillThere();
                rightLine = !right.isEmpty()
                        && right.stream()
                                .map(Finding::line)
                                .collect(Collectors.toSet())
                                .equals(room.acquisitions());
                line("leaking", room.seen());
                printFindings(room);
                if (!rightLine) {
                    line("expected", ward.evidence() + " at " + room.acquisitions());
                }
            } finally {
                room.tidyUp();
            }
        }
        Room room = new Room(ward, Patience.LIMIT_WHEN_FIXED);
        try (room) {
            ward.fix(room);
            Patience.collect();
            Watertight.pump();
            line("fixed", room.seen() + room.books());
            room.tidyUp();
        }
        if (!room.findings().isEmpty()) {
            printFindings(room);
        }
        return new Verdict(
                ward.pattern(),
                leaked,
                !right.isEmpty(),
                rightLine,
                room.findings().size(),
                !room.isAnyStillThere());
    }

    private static boolean isFound(Ward ward, Room room) {
        return !matching(ward, room).isEmpty()
                || (ward.evidence().equals(Evidence.GC_PROVEN.name()) && Patience.collectOnce());
    }

    private static List<Finding> matching(Ward ward, Room room) {
        return room.findings().stream()
                .filter(finding -> finding.evidence().equals(ward.evidence()) && ward.confirms(finding))
                .toList();
    }

    private void printFindings(Room room) {
        if (room.findings().isEmpty()) {
            line("reported", "nothing");
        }
        room.findings().forEach(finding -> line("reported", finding.toString()));
    }

    /** Prints one fact, its later lines below the first one. */
    private void line(String what, String text) {
        String start = String.format("    %-9s", what);
        for (String paragraph : text.split("\\R", -1)) {
            StringBuilder line = new StringBuilder(start);
            for (String word : paragraph.strip().split(" ", -1)) {
                if (line.length() + word.length() >= WIDTH && line.length() > INDENT.length()) {
                    out.println(line);
                    line = new StringBuilder(INDENT);
                }
                line.append(' ').append(word);
            }
            out.println(line);
            start = INDENT;
        }
    }
}
