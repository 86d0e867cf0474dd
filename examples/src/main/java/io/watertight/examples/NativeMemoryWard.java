package io.watertight.examples;

import io.watertight.guards.NativeMemory;

/** A block of memory outside the heap, known by its address only. */
final class NativeMemoryWard implements Ward {
    private static final long BYTES = 16L << 20;

    @Override
    public String pattern() {
        return "native memory never freed";
    }

    @Override
    public String story() {
        return "A block outside the heap is allocated, and its address is forgotten.";
    }

    @Override
    public String type() {
        return "native block";
    }

    @Override
    public boolean confirms(Finding finding) {
        return finding.bytes() == BYTES;
    }

    @Override
    public void leak(Room room) {
        NativeBlocks blocks = room.afterwards(new NativeBlocks());
        allocateAndForget(room, blocks);
        see(room, blocks);
    }

    @SuppressWarnings("MustBeClosedChecker") // the leak
    private static void allocateAndForget(Room room, NativeBlocks blocks) {
        NativeMemory block = NativeMemory.guard(room.here(), blocks.allocate(BYTES), BYTES, blocks::free);
        room.see(block.address() != 0, block.bytes() + " bytes allocated");
    }

    @Override
    public void fix(Room room) {
        NativeBlocks blocks = room.afterwards(new NativeBlocks());
        try (NativeMemory block = NativeMemory.guard(room.here(), blocks.allocate(BYTES), BYTES, blocks::free)) {
            room.see(block.address() == 0, block.bytes() + " bytes allocated");
        }
        see(room, blocks);
    }

    private static void see(Room room, NativeBlocks blocks) {
        Patience.collect();
        room.see(blocks.count() > 0, "blocks not freed: " + blocks.count());
    }
}
