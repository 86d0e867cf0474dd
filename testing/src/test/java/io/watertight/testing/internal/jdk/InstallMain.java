package io.watertight.testing.internal.jdk;

import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Starts the watch twice, leaves a file open, and prints what came of it. */
final class InstallMain {
    private InstallMain() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        Path file = Files.createTempFile("watched", ".txt");
        JdkResources first = Watch.install();
        JdkResources second = Watch.install();
        System.out.println("active=" + first.isActive());
        System.out.println("same=" + (first == second));
        System.out.println("reason=" + second.reason());
        try (FileInputStream input = new FileInputStream(file.toFile())) {
            Watch.Left left = Watch.over(() -> input.getChannel().position());
            System.out.println("before=" + left.types());
        }
        FileInputStream[] open = new FileInputStream[1];
        System.out.println("found="
                + Watch.over(() -> open[0] = new FileInputStream(file.toFile())).types());
        first.close();
        second.close();
        System.out.println("after="
                + Watch.over(() -> new FileInputStream(file.toFile()).close()).types());
        open[0].close();
        Files.delete(file);
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> left = entries.filter(
                            entry -> !entry.getFileName().toString().startsWith("hsperfdata"))
                    .toList();
            System.out.println("left=" + left);
        }
        System.exit(0);
    }
}
