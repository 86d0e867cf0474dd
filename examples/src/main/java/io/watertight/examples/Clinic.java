package io.watertight.examples;

import io.watertight.guards.Watertight;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs every leak pattern of the clinic, leaking and then fixed, and prints what the library reports. */
public final class Clinic {
    private static final int HEALTHY = 0;
    private static final int SICK = 1;

    private Clinic() {}

    /** Runs the clinic; takes no arguments. The exit status is 0 if every leak was found, at its line, and only there. */
    public static void main(String[] args) {
        int status = run(wards(), System.out, Patience.LONG);
        Watertight.shutdown();
        System.exit(status);
    }

    /** All patterns, in the order of the table. */
    static List<Ward> wards() {
        return List.of(
                new FileStreamWard(),
                new HttpBodyWard(),
                new SocketWard(),
                new ListenerWard(),
                new ThreadLocalWard(),
                new NativeMemoryWard(),
                new SelfCaptureWard(),
                new WeakMapWard(),
                new InnerClassWard(),
                new LambdaWard(),
                new DoubleCloseWard());
    }

    /** Runs wards and prints their table. */
    static int run(List<Ward> wards, PrintStream out, Duration patience) {
        long start = System.nanoTime();
        out.printf("The leak clinic: %d patterns, each leaking and then fixed.%n%n", wards.size());
        List<Verdict> verdicts = new ArrayList<>();
        for (Ward ward : wards) {
            out.printf("%2d  %s%n", verdicts.size() + 1, ward.pattern());
            verdicts.add(examine(ward, out, patience));
            out.println();
        }
        Table.print(verdicts, out);
        boolean healthy = verdicts.stream().allMatch(Verdict::isHealthy);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        out.printf(
                "%n%s (%.1f s)%n",
                healthy ? "Every leak was found at its line, and none was reported after the fix." : "FAILED.",
                took.toMillis() / 1e3);
        return healthy ? HEALTHY : SICK;
    }

    private static Verdict examine(Ward ward, PrintStream out, Duration patience) {
        try {
            return new Examination(out, patience).of(ward);
        } catch (Exception failure) {
            failure.printStackTrace(out);
            return new Verdict(ward.pattern(), false, false, false, 0, false);
        }
    }
}
