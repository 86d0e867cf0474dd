package io.watertight.examples;

import io.watertight.guards.Guarded;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;

/** A stream on a file, read and forgotten. */
final class FileStreamWard implements Ward {
    @Override
    public String pattern() {
        return "file stream never closed";
    }

    @Override
    public String story() {
        return "A price list is read from a file, and its stream is forgotten.";
    }

    @Override
    public String type() {
        return "price list";
    }

    @Override
    public void leak(Room room) throws IOException {
        readAndForget(room, room.afterwards(TempFile.of("tea 3.20")));
    }

    @SuppressWarnings("MustBeClosedChecker") // the leak
    private static void readAndForget(Room room, TempFile file) throws IOException {
        InputStream stream = Guarded.inputStream(room.here(), Files.newInputStream(file.path()));
        see(room, file);
        stream.read();
    }

    @Override
    public void fix(Room room) throws IOException {
        TempFile file = room.afterwards(TempFile.of("tea 3.20"));
        try (InputStream stream = Guarded.inputStream(room.here(), Files.newInputStream(file.path()))) {
            stream.read();
        }
        see(room, file);
    }

    private static void see(Room room, TempFile file) throws IOException {
        long open = file.descriptors(room);
        room.see(open > 0, "descriptors open on the file: " + open);
    }
}
