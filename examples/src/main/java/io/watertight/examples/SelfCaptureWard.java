package io.watertight.examples;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;

/** A safety net that holds what it should catch: a cleanup action that uses the object whose loss should trigger it. */
final class SelfCaptureWard implements Ward {
    @Override
    public String pattern() {
        return "cleanup captures its referent";
    }

    @Override
    public String story() {
        return "An object registers its own method as its cleanup, so it is never garbage and the cleanup never runs.";
    }

    @Override
    public String type() {
        return "image";
    }

    @Override
    public String evidence() {
        return Finding.REFUSED;
    }

    /** The message must name the field that holds the referent. */
    @Override
    public boolean confirms(Finding finding) {
        return finding.words().contains("holds the referent in field '");
    }

    /** Something with a handle of the operating system, say. */
    private static final class Image {
        private final AtomicInteger releases;

        Image(AtomicInteger releases) {
            this.releases = releases;
        }

        void release() {
            releases.incrementAndGet();
        }
    }

    @Override
    public void leak(Room room) {
        AtomicInteger releases = new AtomicInteger();
        Cleaner jdk = Cleaner.create();
        WeakReference<Cleaner.Cleanable> cleanable = new WeakReference<>(registerWithSelf(jdk, new Image(releases)));
        Patience.collect();
        room.see(releases.get() == 0, "cleanups run by the JDK's Cleaner after the object was dropped: " + releases);
        room.afterwards(() -> endCleaner(jdk, cleanable));
        registerWithSelf(room, new Image(releases));
    }

    private static Cleaner.Cleanable registerWithSelf(Cleaner cleaner, Image image) {
        return cleaner.register(image, image::release);
    }

    private static void registerWithSelf(Room room, Image image) {
        try {
            room.here().register(image, image::release);
        } catch (IllegalArgumentException refusal) {
            room.refused(1, refusal);
        }
    }

    /** A Cleaner's thread ends at once if the Cleaner itself is the last thing that it sees go. */
    private static void endCleaner(Cleaner cleaner, WeakReference<Cleaner.Cleanable> reference) {
        try {
            Cleaner.Cleanable cleanable = reference.get();
            if (cleanable != null) {
                cleanable.clean();
            }
        } finally {
            Reference.reachabilityFence(cleaner);
        }
    }

    @Override
    public void fix(Room room) {
        AtomicInteger byJdk = new AtomicInteger();
        Cleaner jdk = Cleaner.create();
        register(jdk, new Image(byJdk), byJdk);
        Patience.collect();
        boolean ran = Patience.until(() -> byJdk.get() == 1, Patience.LONG);
        room.see(!ran, "cleanups run by the JDK's Cleaner after the object was dropped: " + byJdk);

        AtomicInteger byWatertight = new AtomicInteger();
        Image image = new Image(byWatertight);
        room.here().register(image, byWatertight::incrementAndGet).clean();
        room.see(byWatertight.get() != 1, "by Watertight when it was asked to: " + byWatertight);
    }

    private static void register(Cleaner cleaner, Image image, AtomicInteger releases) {
        cleaner.register(image, releases::incrementAndGet);
    }
}
