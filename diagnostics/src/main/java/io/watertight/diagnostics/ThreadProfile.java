package io.watertight.diagnostics;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where the threads of this JVM stand at one moment, those with the same stack together. Two profiles can be subtracted, to
 * see which threads have come in between. Immutable; holds no thread.
 */
public final class ThreadProfile {
    private static final int MOST_GROUPS = 50;
    private static final int MOST_FRAMES = 20;
    private static final int MOST_NAMES = 3;

    private final List<Group> groups;
    private final String note;

    ThreadProfile(List<Group> groups, String note) {
        this.groups = groups.stream()
                .sorted(Comparator.comparingInt(Group::count).reversed())
                .toList();
        this.note = note;
    }

    /**
     * Threads that stand at the same place.
     *
     * @param isVirtual whether they are virtual threads
     * @param state their state, as {@code WAITING}; empty if the JVM does not say
     * @param stack the frames, the innermost first, as {@code com.acme.Worker.run(Worker.java:12)}
     * @param members the threads
     */
    public record Group(boolean isVirtual, String state, List<String> stack, List<Member> members) {
        /**
         * Copies the lists.
         *
         * @param isVirtual whether they are virtual threads
         * @param state their state
         * @param stack the frames
         * @param members the threads
         */
        public Group {
            stack = List.copyOf(stack);
            members = List.copyOf(members);
        }

        /**
         * Counts the threads.
         *
         * @return how many stand here
         */
        public int count() {
            return members.size();
        }

        @Override
        public String toString() {
            String names = members.stream()
                    .limit(MOST_NAMES)
                    .map(member -> member.name.isEmpty() ? "#" + member.id : "'" + member.name + "'")
                    .collect(Collectors.joining(", "));
            StringBuilder text = new StringBuilder(String.format("%6d x ", count()))
                    .append(isVirtual ? "virtual " : "")
                    .append(state.isEmpty() ? "" : state + " ")
                    .append(names)
                    .append(count() > MOST_NAMES ? ", " + (count() - MOST_NAMES) + " more" : "");
            stack.stream()
                    .limit(MOST_FRAMES)
                    .forEach(frame -> text.append(System.lineSeparator())
                            .append("           at ")
                            .append(frame));
            if (stack.size() > MOST_FRAMES) {
                text.append(System.lineSeparator())
                        .append("           ... ")
                        .append(stack.size() - MOST_FRAMES)
                        .append(" more");
            }
            return text.toString();
        }
    }

    /**
     * One thread.
     *
     * @param id its id, which no other thread of this JVM ever has
     * @param name its name; empty if it has none
     */
    public record Member(long id, String name) {}

    /**
     * Notes which platform threads are alive, without their stacks.
     *
     * @return the threads now
     */
    public static ThreadIds ids() {
        return ThreadIds.now();
    }

    /**
     * Takes the stacks of all platform threads. Stops the program for some ten microseconds a thread.
     *
     * @return the profile now
     */
    public static ThreadProfile take() {
        return of(ids().ids());
    }

    /**
     * Takes the stacks of all threads, virtual ones too where the JVM can list them: HotSpot from 21 on. It writes all of them into a
     * private temporary file of about two kilobytes a thread, which is read line by line and deleted; ten thousand threads take a
     * second or two. What could not be seen is said by {@link #note()}.
     *
     * @param maxVirtualThreads how many virtual threads to read at most
     * @return the profile now
     * @throws IllegalArgumentException if {@code maxVirtualThreads} is not positive
     */
    public static ThreadProfile takeWithVirtual(int maxVirtualThreads) {
        if (maxVirtualThreads <= 0) {
            throw new IllegalArgumentException("maxVirtualThreads must be positive: " + maxVirtualThreads);
        }
        ThreadGrouping grouping = new ThreadGrouping();
        ThreadIds platform = ids();
        addPlatform(grouping, platform.ids());
        String note = VirtualThreadDump.addTo(grouping, platform, maxVirtualThreads);
        return new ThreadProfile(grouping.groups(), note);
    }

    static ThreadProfile of(long... ids) {
        ThreadGrouping grouping = new ThreadGrouping();
        addPlatform(grouping, ids);
        return new ThreadProfile(grouping.groups(), "");
    }

    private static void addPlatform(ThreadGrouping grouping, long... ids) {
        for (ThreadInfo thread : ManagementFactory.getThreadMXBean().getThreadInfo(ids, Integer.MAX_VALUE)) {
            if (thread != null) { // it has not ended
                List<String> stack = Arrays.stream(thread.getStackTrace())
                        .map(ThreadFrames::text)
                        .toList();
                Member member = new Member(thread.getThreadId(), thread.getThreadName());
                grouping.add(false, thread.getThreadState().name(), stack, member);
            }
        }
    }

    /**
     * Leaves out the threads of an earlier profile, wherever they stood then.
     *
     * @param before the earlier profile
     * @return the threads that are here and not there, with the stacks they have here
     */
    public ThreadProfile minus(ThreadProfile before) {
        Set<Long> old = new HashSet<>();
        for (Group group : Objects.requireNonNull(before, "before").groups) {
            group.members.forEach(member -> old.add(member.id));
        }
        List<Group> fresh = new ArrayList<>();
        for (Group group : groups) {
            List<Member> members = group.members.stream()
                    .filter(member -> !old.contains(member.id))
                    .toList();
            if (!members.isEmpty()) {
                fresh.add(new Group(group.isVirtual, group.state, group.stack, members));
            }
        }
        return new ThreadProfile(fresh, note.isEmpty() ? before.note : note);
    }

    /**
     * Lists the threads.
     *
     * @return the groups, the largest first
     */
    public List<Group> groups() {
        return groups;
    }

    /**
     * Counts the threads.
     *
     * @return how many there are in all groups
     */
    public int count() {
        return groups.stream().mapToInt(Group::count).sum();
    }

    /**
     * Says what this profile does not show of the virtual threads, and why.
     *
     * @return a sentence; empty if it shows all that was asked for
     */
    public String note() {
        return note;
    }

    @Override
    public String toString() {
        int virtual =
                groups.stream().filter(Group::isVirtual).mapToInt(Group::count).sum();
        StringBuilder text = new StringBuilder("threads: ")
                .append(count())
                .append(virtual == 0 ? "" : " (" + virtual + " virtual)")
                .append(" at ")
                .append(groups.size())
                .append(" places");
        if (!note.isEmpty()) {
            text.append("; ").append(note);
        }
        groups.stream()
                .limit(MOST_GROUPS)
                .forEach(group -> text.append(System.lineSeparator()).append(group));
        if (groups.size() > MOST_GROUPS) {
            text.append(System.lineSeparator())
                    .append("... ")
                    .append(groups.size() - MOST_GROUPS)
                    .append(" more places");
        }
        return text.toString();
    }
}
