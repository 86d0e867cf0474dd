package io.watertight.testing;

import io.watertight.diagnostics.ThreadProfile;
import io.watertight.diagnostics.ThreadProfile.Group;
import io.watertight.diagnostics.ThreadProfile.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Looks, at the end of a run, for virtual threads that still live: in a thread dump, where the JDK has one that shows them.
 * Nothing records who starts a virtual thread, but its id says when it was made: so it is named with its test where no other
 * test ran then.
 */
final class VirtualThreadVerdict {
    private static final int MOST_THREADS = 10_000;

    private static final int FIRST_JDK = 21;

    private final long after = LiveThreads.newestId();
    private final Queue<Window> windows = new ConcurrentLinkedQueue<>();

    private volatile boolean seen;

    /** When a test ran, in ids of threads. */
    private record Window(
            long after, long upTo, String name, LeakExpectations expectations, LeakMode mode, boolean alone) {
        boolean covers(long id) {
            return id > after && id <= upTo;
        }
    }

    /** Remembers a test that has ended, if there can be virtual threads at all. */
    void ended(CheckedScope scope) {
        if (areThere()) {
            windows.add(new Window(
                    scope.begin(),
                    scope.end(),
                    scope.name(),
                    scope.expectations(),
                    scope.settings().mode(),
                    !scope.isOverlapped()));
        }
    }

    private boolean areThere() {
        if (!seen && Runtime.version().feature() >= FIRST_JDK) {
            seen = LiveThreads.areThereCarriers();
        }
        return seen;
    }

    /**
     * Adds what is left to a verdict.
     *
     * @param ofTheRest what becomes of a thread that is of no known test
     * @return the strictest mode of those whose threads are left
     */
    LeakMode on(Verdict verdict, LeakMode ofTheRest, List<String> ignored, GraceTime grace) {
        if (!areThere() || left(ignored).isEmpty()) {
            return LeakMode.OFF;
        }
        grace.await(() -> left(ignored).isEmpty());
        LeakMode mode = LeakMode.OFF;
        for (Group group : left(ignored)) {
            Map<Long, List<Member>> byWindow = new TreeMap<>();
            for (Member member : group.members()) {
                Window window = window(member.id());
                byWindow.computeIfAbsent(window == null ? -1 : window.after(), begin -> new ArrayList<>())
                        .add(member);
            }
            for (List<Member> members : byWindow.values()) {
                Window window = window(members.get(0).id());
                LeakMode its = window == null ? ofTheRest : window.mode();
                if (its != LeakMode.OFF) {
                    LeakExpectations expectations = window == null ? LeakExpectations.NONE : window.expectations();
                    verdict.add(expectations, List.of(leak(group, members, window)));
                    mode = mode.compareTo(its) < 0 ? its : mode;
                }
            }
        }
        return mode;
    }

    private List<Group> left(List<String> ignored) {
        List<Group> left = new ArrayList<>();
        for (Group group : ThreadProfile.takeWithVirtual(MOST_THREADS).groups()) {
            List<Member> members = group.members().stream()
                    .filter(member -> member.id() > after && ignored.stream().noneMatch(member.name()::startsWith))
                    .toList();
            if (group.isVirtual() && !members.isEmpty()) {
                left.add(new Group(true, group.state(), group.stack(), members));
            }
        }
        return left;
    }

    /** The innermost test that ran alone when a thread was made. */
    private @Nullable Window window(long id) {
        Window found = null;
        for (Window window : windows) {
            if (window.covers(id) && window.alone() && (found == null || window.after() > found.after())) {
                found = window;
            }
        }
        return found;
    }

    private static FoundLeak leak(Group group, List<Member> members, @Nullable Window window) {
        String at = group.stack().stream()
                .filter(Frames::isOfUser)
                .findFirst()
                .orElseGet(() ->
                        group.stack().isEmpty() ? "(unknown)" : group.stack().get(0));
        String name = members.get(0).name();
        String text = (window == null ? "" : window.name() + ": ")
                + members.size() + (members.size() == 1 ? " virtual thread still runs" : " virtual threads still run")
                + (name.isEmpty() ? "" : ", '" + name + "'") + "; now at " + at;
        return new FoundLeak(FoundLeak.VIRTUAL_THREAD, text, List.of(), name + " " + at);
    }
}
