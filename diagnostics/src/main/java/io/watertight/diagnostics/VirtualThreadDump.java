package io.watertight.diagnostics;

import io.watertight.diagnostics.ThreadDumpReader.Entry;
import io.watertight.diagnostics.ThreadProfile.Member;
import io.watertight.diagnostics.internal.PrivateDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.JMException;
import javax.management.MBeanException;
import javax.management.ObjectName;

/** Has the JVM write its threads into a file, and takes the virtual ones from it. */
final class VirtualThreadDump {
    /** Before 24 a dump does not say which threads are virtual. */
    private static final boolean SAYS_NOTHING = Runtime.version().feature() < 24;

    private VirtualThreadDump() {}

    /** Adds the virtual threads; returns what could not be seen and why, or nothing. */
    static String addTo(ThreadGrouping grouping, ThreadIds platform, int mostThreads) {
        if (Runtime.version().feature() < 21) {
            return "virtual threads came with Java 21";
        }
        try (PrivateDirectory directory = new PrivateDirectory("threads.json")) {
            write(directory.file());
            return read(directory.file(), grouping, platform, mostThreads);
        } catch (IOException failure) {
            return "virtual threads are not shown: " + failure.getMessage();
        } catch (JMException failure) {
            Throwable reason = failure instanceof MBeanException wrapper ? wrapper.getTargetException() : failure;
            return "virtual threads are not shown, this JVM does not list them: " + reason.getMessage();
        }
    }

    private static void write(Path file) throws JMException {
        // by name: the operation is newer than the Java this is compiled for
        ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=HotSpotDiagnostic"),
                        "dumpThreads",
                        new Object[] {file.toString(), "JSON"},
                        new String[] {String.class.getName(), String.class.getName()});
    }

    static String read(Path file, ThreadGrouping grouping, ThreadIds platform, int mostThreads) throws IOException {
        ThreadIds platformNow = ThreadIds.now(); // a thread that has started meanwhile may be in the file
        int found = 0;
        try (BufferedReader json = Files.newBufferedReader(file)) {
            ThreadDumpReader threads = new ThreadDumpReader(json);
            for (Entry thread = threads.next(); thread != null; thread = threads.next()) {
                boolean isPlatform = platform.contains(thread.id()) || platformNow.contains(thread.id());
                if (thread.isSaidVirtual() || (SAYS_NOTHING && !isPlatform)) {
                    if (found++ == mostThreads) {
                        return "there are more than " + mostThreads + " virtual threads, the others are not shown";
                    }
                    grouping.add(true, thread.state(), thread.stack(), new Member(thread.id(), thread.name()));
                }
            }
        }
        return isTracked()
                ? ""
                : "virtual threads that no executor or scope has started are not shown, because of"
                        + " -Djdk.trackAllThreads=false";
    }

    private static boolean isTracked() {
        String property = System.getProperty("jdk.trackAllThreads", "");
        return property.isEmpty() || Boolean.parseBoolean(property);
    }
}
