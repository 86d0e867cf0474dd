package io.watertight.examples;

import io.watertight.guards.Guard;

/** A ward that is as healthy or as sick as a test needs it. */
final class FakeWard implements Ward {
    private final Program leak;
    private final Program fix;

    FakeWard(Program leak, Program fix) {
        this.leak = leak;
        this.fix = fix;
    }

    interface Program {
        void run(Room room) throws Exception;
    }

    @Override
    public String pattern() {
        return "fake pattern";
    }

    @Override
    public String story() {
        return "Nothing real happens.";
    }

    @Override
    public String type() {
        return "fake resource";
    }

    @Override
    public void leak(Room room) throws Exception {
        leak.run(room);
    }

    @Override
    public void fix(Room room) throws Exception {
        fix.run(room);
    }

    static void forget(Room room) {
        Guard<String> forgotten = room.here().open("resource", resource -> {});
        room.see(forgotten.isOpen(), "it was open");
    }

    static void forgetElsewhere(Room room) {
        room.here();
        Guard<String> forgotten = room.detector().open("resource", resource -> {});
        room.see(forgotten.isOpen(), "it was open");
    }

    static void close(Room room) {
        Guard<String> closed = room.here().open("resource", resource -> {});
        closed.close();
        room.see(closed.isOpen(), "it was closed");
    }

    /** Closes, and shows the clinic something that looks like a leak. */
    static void closeAndPretend(Room room) {
        room.here().open("resource", resource -> {}).close();
        room.see(true, "it seems to be open");
    }
}
