package io.watertight.guards;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.JMException;
import javax.management.ObjectName;

/** Keeps the heap of a failed test for the one who has to find out what held an object. */
final class HeapDump {
    private HeapDump() {}

    /** Writes {@code target/<name>.hprof}, of live objects. */
    static void ofFailure(String name) {
        Path file = Path.of("target", name + ".hprof").toAbsolutePath();
        try {
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(file);
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=HotSpotDiagnostic"),
                            "dumpHeap",
                            new Object[] {file.toString(), true},
                            new String[] {"java.lang.String", "boolean"});
        } catch (IOException | JMException noDump) {
            throw new IllegalStateException("no heap dump at " + file, noDump);
        }
    }
}
