package io.watertight.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the library modules and their class files are, seen from this module. */
final class House {

    static final String ROOT = "io.watertight.";

    /** The modules users depend on, ground floor first. */
    static final List<String> LIBRARY = List.of("guards", "pools", "caches", "concurrency", "diagnostics", "testing");

    private static final Path TOP = Path.of("").toAbsolutePath().getParent();

    private House() {}

    static Path module(String name) {
        return TOP.resolve(name);
    }

    static Path classes(String name) {
        return module(name).resolve("target/classes");
    }

    static ModuleDescriptor descriptor(String name) {
        try (var in = Files.newInputStream(classes(name).resolve("module-info.class"))) {
            return ModuleDescriptor.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names of all classes of a module, with nested ones and package-info. */
    static List<String> classNames(String name) {
        Path classes = classes(name);
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(classes::relativize)
                    .map(Path::toString)
                    .filter(f -> f.endsWith(".class") && !f.equals("module-info.class"))
                    .map(f -> f.substring(0, f.length() - ".class".length())
                            .replace('/', '.')
                            .replace('\\', '.'))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Class<?> load(String className) {
        try {
            return Class.forName(className, false, House.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(className, e);
        }
    }
}
