package io.watertight.diagnostics.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A new directory for temporary files that nobody else may read, with one file in it. Close it to delete both. */
public final class PrivateDirectory implements AutoCloseable {
    private static final String PREFIX = "watertight-" + ProcessHandle.current().pid() + "-";

    private final Path directory;
    private final Path file;

    /**
     * Makes the directory, but not the file.
     *
     * @param fileName the file's name
     * @throws IOException if it cannot be made
     */
    public PrivateDirectory(String fileName) throws IOException {
        this.directory = Files.createTempDirectory(PREFIX);
        this.file = directory.resolve(fileName);
    }

    /**
     * Returns where the file is to be.
     *
     * @return an absolute path
     */
    public Path file() {
        return file.toAbsolutePath();
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        Files.deleteIfExists(directory);
    }
}
