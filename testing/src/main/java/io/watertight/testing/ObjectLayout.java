package io.watertight.testing;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How this JVM lays out objects, which decides how many bytes the same allocations take.
 *
 * @param referenceBytes size of a reference: 4 if compressed, else 8 (as with ZGC)
 * @param headerBytes size of an object's header: 8 (compact), 12 or 16
 * @param alignmentBytes what object sizes are rounded up to: 8 unless {@code -XX:ObjectAlignmentInBytes} says otherwise
 */
public record ObjectLayout(int referenceBytes, int headerBytes, int alignmentBytes) {
    private static final int OBJECTS = 64;
    private static final int ATTEMPTS = 5;
    private static final int REFERENCES = 1_000;
    /** Receives what is allocated for the check, so that no compiler removes it; null again afterwards. */
    @SuppressWarnings("UnusedVariable") // nobody reads it
    private static volatile @Nullable Object sink;

    /**
     * Finds out the layout of this JVM from its flags, and checks it against the sizes of real objects.
     *
     * @return the layout
     * @throws AllocationUnavailableException if the sizes do not fit, or this thread's allocations are not counted
     */
    public static ObjectLayout current() {
        AllocationCounter.requireExact();
        int header =
                JvmFlags.isOn("UseCompactObjectHeaders") ? 8 : JvmFlags.isOn("UseCompressedClassPointers") ? 12 : 16;
        int reference = JvmFlags.isOn("UseCompressedOops") ? 4 : 8;
        ObjectLayout layout = new ObjectLayout(reference, header, JvmFlags.number("ObjectAlignmentInBytes", 8));
        long object = size(Object::new);
        long references = size(() -> new Object[REFERENCES]);
        if (object != layout.sizeOf(header) || Math.round((double) references / REFERENCES) != reference) {
            throw AllocationCounter.refusal(
                    "an Object was counted as " + object + " B and " + REFERENCES + " references as " + references
                            + " B, which does not fit the flags of this JVM (" + layout.key() + ")",
                    "run these tests on a HotSpot JVM");
        }
        return layout;
    }

    /**
     * Names the layout as baselines do, for example {@code ref4-header12}.
     *
     * @return a key without spaces
     */
    public String key() {
        return "ref" + referenceBytes + "-header" + headerBytes
                + (alignmentBytes == 8 ? "" : "-align" + alignmentBytes);
    }

    /** How many bytes an object of so many bytes, its header included, takes. */
    long sizeOf(long bytes) {
        return (bytes + alignmentBytes - 1) / alignmentBytes * alignmentBytes;
    }

    /** The least of a few attempts: linking code for the first time allocates, too. */
    private static long size(Supplier<Object> factory) {
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long before = AllocationCounter.read();
            for (int i = 0; i < OBJECTS; i++) {
                sink = factory.get();
            }
            least = Math.min(least, AllocationCounter.read() - before);
        }
        sink = null;
        return least / OBJECTS;
    }
}
