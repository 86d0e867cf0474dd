package io.watertight.testing.internal.jdk;

import io.watertight.guards.Watertight;
import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Watches, finds, ends the watch and the library: for a class loader of its own. */
public final class LoaderUser {
    private LoaderUser() {}

    /** Returns what it found. */
    public static List<String> use() throws Exception {
        Path file = Files.createTempFile("watched", ".txt");
        try (JdkResources watch = Watch.install()) {
            FileInputStream[] held = new FileInputStream[1];
            Watch.Left left = Watch.over(() -> held[0] = new FileInputStream(file.toFile()));
            held[0].close();
            return watch.isActive() ? left.types() : List.of(String.valueOf(watch.reason()));
        } finally {
            Files.delete(file);
            Watertight.shutdown();
        }
    }
}
