package io.watertight.testing;

import java.lang.management.ManagementFactory;
import java.util.List;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/** Under which conditions this JVM runs code: whether it removes allocations at all, and whether it still compiles. */
final class AllocationConditions {
    private static final String DIAGNOSTICS = "com.sun.management:type=DiagnosticCommand";

    private AllocationConditions() {}

    /** Why compiled code may allocate more here than it would in production; null if there is no reason. */
    static @Nullable String handicap() {
        if (JvmFlags.isInterpreted()) {
            return "code is interpreted (-Xint)";
        }
        if (JvmFlags.number("TieredStopAtLevel", 4) < 4) {
            return "only the first compiler runs (-XX:TieredStopAtLevel=" + JvmFlags.value("TieredStopAtLevel") + ")";
        }
        if ("false".equals(JvmFlags.value("DoEscapeAnalysis"))) {
            return "escape analysis is off (-XX:-DoEscapeAnalysis)";
        }
        return agent(JvmFlags.arguments());
    }

    static @Nullable String agent(List<String> arguments) {
        for (String argument : arguments) {
            if (argument.startsWith("-agentlib:jdwp") || argument.startsWith("-Xrunjdwp")) {
                return "a debugger may be attached (" + argument + ")";
            }
            if (argument.startsWith("-javaagent:") && argument.contains("jacoco")) {
                return "the code is instrumented for coverage (JaCoCo)";
            }
        }
        return null;
    }

    /** True if nothing waits for a compiler or is being compiled now; null if the JVM does not tell. */
    static @Nullable Boolean isCompilerIdle() {
        if (JvmFlags.isInterpreted()) {
            return true;
        }
        try {
            String queues = ManagementFactory.getPlatformMBeanServer()
                    .invoke(new ObjectName(DIAGNOSTICS), "compilerQueue", new Object[0], new String[0])
                    .toString();
            return queues.contains("queue") && queues.lines().noneMatch(line -> line.contains("::"));
        } catch (JMException | RuntimeException unknown) {
            return null;
        }
    }
}
