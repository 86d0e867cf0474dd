package io.watertight.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;

/** Names for what Flight Recorder saw allocated, and where. Loaded only where Flight Recorder exists. */
final class AllocationSites {
    private static final Set<String> RECORDERS =
            Set.of(AllocationSampler.class.getName(), AllocationForkMain.class.getName());

    private AllocationSites() {}

    /**
     * The frames that the operation was in, innermost first: those within a batch. Empty if the event happened outside.
     */
    static List<RecordedFrame> frames(RecordedEvent event) {
        if (event.getStackTrace() == null) {
            return List.of();
        }
        List<RecordedFrame> frames = new ArrayList<>();
        for (RecordedFrame frame : event.getStackTrace().getFrames()) {
            String type = frame.getMethod().getType().getName();
            if (type.equals(AllocationMeasurement.class.getName())
                    && frame.getMethod().getName().equals(AllocationMeasurement.BATCH)) {
                return frames;
            }
            if (RECORDERS.contains(type)) {
                return List.of(); // the recorder's own doing
            }
            frames.add(frame);
        }
        return event.getStackTrace().isTruncated() ? frames : List.of();
    }

    /** The line of the user, and the method of the JDK through which it allocated, if any. */
    static String where(List<RecordedFrame> frames) {
        RecordedFrame innermost = frames.get(0);
        RecordedFrame user =
                frames.stream().filter(frame -> !isOfTheJdk(frame)).findFirst().orElse(innermost);
        String line = user.getLineNumber() < 0 ? "" : ":" + user.getLineNumber();
        return name(user) + line + (user == innermost ? "" : " through " + name(innermost));
    }

    private static String name(RecordedFrame frame) {
        return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
    }

    private static boolean isOfTheJdk(RecordedFrame frame) {
        String type = frame.getMethod().getType().getName();
        return type.startsWith("java.") || type.startsWith("jdk.") || type.startsWith("sun.");
    }

    /** {@code [B} is {@code byte[]} to people. */
    static String className(String name) {
        int dimensions = name.lastIndexOf('[') + 1;
        if (dimensions == 0) {
            return name;
        }
        String element = name.substring(dimensions);
        String type = switch (element.charAt(0)) {
            case 'Z' -> "boolean";
            case 'B' -> "byte";
            case 'C' -> "char";
            case 'S' -> "short";
            case 'I' -> "int";
            case 'J' -> "long";
            case 'F' -> "float";
            case 'D' -> "double";
            default -> element.substring(1).replace(";", "");
        };
        return type + "[]".repeat(dimensions);
    }
}
