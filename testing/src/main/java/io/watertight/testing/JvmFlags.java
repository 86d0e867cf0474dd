package io.watertight.testing;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The flags this JVM was started with, as far as it tells. */
final class JvmFlags {
    private JvmFlags() {}

    /** The value of a {@code -XX} flag; null if this JVM does not know it. */
    static @Nullable String value(String flag) {
        HotSpotDiagnosticMXBean flags = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (flags == null) {
            return null;
        }
        try {
            return flags.getVMOption(flag).getValue();
        } catch (IllegalArgumentException unknown) {
            return null;
        }
    }

    /** False, too, if this JVM does not know the flag. */
    static boolean isOn(String flag) {
        return Boolean.parseBoolean(value(flag));
    }

    static int number(String flag, int otherwise) {
        String value = value(flag);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    /** What was given on the command line before the main class. */
    static List<String> arguments() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments();
    }

    static boolean isInterpreted() {
        return System.getProperty("java.vm.info", "").contains("interpreted");
    }
}
