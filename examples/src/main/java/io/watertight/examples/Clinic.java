package io.watertight.examples;

import io.watertight.guards.Watertight;
import java.io.IOException;
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
                new DoubleCloseWard(),
                new TestClassWard(),
                new ColdStartWard(),
                new ExhaustedPoolWard(),
                new BrokenConnectionWard(),
                new LostConnectionWard(),
                new StuckSenderWard(),
                new TimerOwnerWard(),
                new ForgottenExecutorWard(),
                new ShutdownNowWard(),
                new LateConnectionWard(),
                new CutConnectionsWard(),
                new GrowingMapWard(),
                new KeyPrefixWard(),
                new PenetrationWard(),
                new StampedeWard(),
                new EvictedChannelWard());
    }

    /** Runs wards and prints their table. */
    static int run(List<Ward> wards, PrintStream out, Duration patience) {
        long start = System.nanoTime();
        Leftovers leftovers = new Leftovers();
        out.printf("The leak clinic: %d patterns, each leaking and then fixed.%n%n", wards.size());
        List<Verdict> verdicts = new ArrayList<>();
        for (Ward ward : wards) {
            out.printf("%2d  %s%n", verdicts.size() + 1, ward.pattern());
            verdicts.add(examine(ward, out, patience));
            out.println();
        }
        Table.print(verdicts, out);
        long sick = verdicts.stream().filter(verdict -> !verdict.isHealthy()).count();
        List<String> left = namesOf(leftovers);
        out.println();
        out.println(
                sick == 0
                        ? "Every leak was found at its line, and nothing was reported after the fix."
                        : "FAILED: " + sick + " of " + verdicts.size() + " patterns.");
        out.println(left.isEmpty() ? "No thread and no file is left." : "FAILED: left behind: " + left);
        out.printf(
                "%.1f seconds.%n", Duration.ofNanos(System.nanoTime() - start).toMillis() / 1e3);
        return sick == 0 && left.isEmpty() ? HEALTHY : SICK;
    }

    private static Verdict examine(Ward ward, PrintStream out, Duration patience) {
        try {
            return new Examination(out, patience).of(ward);
        } catch (Exception failure) {
            failure.printStackTrace(out);
            return new Verdict(ward.pattern(), false, false, false, 0, false);
        }
    }

    private static List<String> namesOf(Leftovers leftovers) {
        try {
            return leftovers.names();
        } catch (IOException unreadable) {
            return List.of(String.valueOf(unreadable.getMessage()));
        }
    }
}
