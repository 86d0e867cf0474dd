package io.watertight.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** A file that lasts until it is closed. */
record TempFile(Path path) implements AutoCloseable {
    static final Path DIRECTORY = Path.of(System.getProperty("java.io.tmpdir"));
    static final String PREFIX = "clinic-" + ProcessHandle.current().pid() + "-";
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    static TempFile of(String text) throws IOException {
        return new TempFile(Files.writeString(Files.createTempFile(DIRECTORY, PREFIX, ".txt"), text));
    }

    /** Counts the descriptors that this process has open on the file, or what the room has open where the system is silent. */
    long descriptors(Room room) throws IOException {
        return descriptors(() -> room.detector().outstanding());
    }

    /** Counts the descriptors that this process has open on the file, or whatever else counts where the system is silent. */
    long descriptors(LongSupplier otherwise) throws IOException {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return otherwise.getAsLong();
        }
        try (Stream<Path> all = Files.list(DESCRIPTORS)) {
            return all.filter(this::isOpenAs).count();
        }
    }

    private boolean isOpenAs(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).equals(path.toRealPath());
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        Files.delete(path);
    }
}
