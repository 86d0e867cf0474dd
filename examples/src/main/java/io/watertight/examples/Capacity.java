package io.watertight.examples;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What this process has, and may have, of the operating system's descriptors and threads. */
final class Capacity {
    /** Descriptors and threads for everything else. */
    private static final int OTHERS = 500;

    private static final long BYTES_OF_HEAP_EACH = 128 << 10;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final List<Path> THREAD_LIMITS =
            List.of(Path.of("/sys/fs/cgroup/pids.max"), Path.of("/proc/sys/kernel/pid_max"));

    private Capacity() {}

    /** How many connections there may be, with both ends in this process and two threads each; not more than asked for. */
    static int connections(int wanted) throws IOException {
        long most = Math.min(wanted, Runtime.getRuntime().maxMemory() / BYTES_OF_HEAP_EACH);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            long free = unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount();
            most = Math.min(most, (free - OTHERS) / 2);
        }
        for (Path limit : THREAD_LIMITS) {
            String threads = Files.isReadable(limit) ? firstLine(limit) : "max";
            if (!threads.equals("max")) {
                most = Math.min(most, (Long.parseLong(threads) - OTHERS) / 2);
            }
        }
        return (int) Math.max(1, most);
    }

    /** Reads it at once: these files give nothing to who asks for the rest. */
    private static String firstLine(Path file) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            return String.valueOf(reader.readLine()).strip();
        }
    }

    /** Counts the sockets this process has open; where the system does not list them, all descriptors. */
    static long sockets() {
        if (Files.isDirectory(DESCRIPTORS)) {
            try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
                return descriptors.filter(Capacity::isSocket).count();
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
