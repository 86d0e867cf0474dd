package io.watertight.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A consumer made of the README's first use, built against the packaged jars as a user would have them. */
class FirstUseIT {
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);
    private static final List<String> COMPILER_PACKAGES =
            List.of("api", "file", "main", "model", "parser", "processing", "tree", "util");
    private static final String LEAKING_MAIN = """
            %s
            import io.watertight.guards.Watertight;
            import java.io.File;
            import java.io.InputStream;
            import java.util.concurrent.CountDownLatch;
            import java.util.concurrent.TimeUnit;

            public class Main {
                public static void main(String[] args) throws Exception {
                    CountDownLatch reported = new CountDownLatch(1);
                    Watertight.onLeak(report -> {
                        System.out.println("REPORT " + report.message());
                        reported.countDown();
                    });
                    use(new File(args[0]));
                    for (int i = 0; i < 200 && !reported.await(50, TimeUnit.MILLISECONDS); i++) {
                        System.gc();
                    }
                }

                private static void use(File file) throws Exception {
                    InputStream in = Orders.read(file);
                    System.out.println("FIRST BYTE " + in.read());
                }
            }
            """;

    @TempDir
    Path project;

    private String orders;

    @BeforeEach
    void takeTheFirstUseFromTheReadme() throws IOException {
        Matcher block = JAVA_BLOCK.matcher(Files.readString(Path.of("..", "README.md")));
        assertThat(block.find()).as("a java block in README.md").isTrue();
        orders = block.group(1);
        assertThat(orders.lines().filter(line -> !line.isBlank()).count()).isLessThanOrEqualTo(11);
        Files.writeString(project.resolve("order.txt"), "order");
    }

    /** What a user's build resolves: our jar and its run-time dependencies, as jars. */
    private static List<String> jars(String... names) {
        List<String> jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Stream.of(names)
                        .anyMatch(name -> new File(entry).getName().startsWith(name)))
                .toList();
        assertThat(jars).as("jars of %s", List.of(names)).hasSizeGreaterThanOrEqualTo(names.length);
        assertThat(jars).allMatch(entry -> entry.endsWith(".jar"));
        return jars;
    }

    private static String path(List<String> jars) {
        return String.join(File.pathSeparator, jars);
    }

    private String run(String tool, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(project.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return "exit " + process.waitFor() + "\n" + output;
    }

    private void write(String file, String text) throws IOException {
        Path path = project.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test
    void firstUseReportsItsLineOnTheClassPath() throws Exception {
        String libraries = path(jars("watertight-guards-", "slf4j-api-", "logback-classic-", "logback-core-"));
        write("src/Orders.java", orders);
        write("src/Main.java", LEAKING_MAIN.formatted(""));

        String compiled = run("javac", "-Xlint:all", "-cp", libraries, "-d", "out", "src/Orders.java", "src/Main.java");
        String output = run("java", "-cp", "out" + File.pathSeparator + libraries, "Main", "order.txt");

        assertThat(compiled).startsWith("exit 0");
        assertThat(output)
                .startsWith("exit 0")
                .contains("FIRST BYTE 111")
                .contains("REPORT leak 'order file'")
                .contains("acquired at Orders.read(Orders.java:");
    }

    @Test
    void firstUseReportsItsLineOnTheModulePath() throws Exception {
        String libraries = path(jars("watertight-guards-", "slf4j-api-", "logback-classic-", "logback-core-"));
        write("src/module-info.java", "module shop { requires io.watertight.guards; }");
        write("src/shop/Orders.java", "package shop;\n" + orders);
        write("src/shop/Main.java", LEAKING_MAIN.formatted("package shop;"));

        String compiled = run(
                "javac",
                "-p",
                path(jars("watertight-guards-", "slf4j-api-", "jspecify-", "error_prone_annotations-")),
                "-d",
                "out",
                "src/module-info.java",
                "src/shop/Orders.java",
                "src/shop/Main.java");
        String output = run("java", "-p", "out" + File.pathSeparator + libraries, "-m", "shop/shop.Main", "order.txt");

        assertThat(compiled).startsWith("exit 0");
        assertThat(output)
                .startsWith("exit 0")
                .contains("REPORT leak 'order file'")
                .contains("acquired at shop.Orders.read(Orders.java:");
    }

    @Test
    void callerThatDoesNotCloseIsToldByTheCompiler() throws Exception {
        write("src/Orders.java", orders);
        write("src/Careless.java", """
                import io.watertight.guards.*;
                import java.io.*;

                class Careless {
                    static final LeakDetector FILES = LeakDetector.of("file");

                    static int first(File file) throws IOException {
                        InputStream in = Guarded.inputStream(FILES, new FileInputStream(file));
                        return in.read();
                    }
                }
                """);
        List<String> arguments = new ArrayList<>();
        for (String name : COMPILER_PACKAGES) {
            arguments.add("-J--add-exports=jdk.compiler/com.sun.tools.javac." + name + "=ALL-UNNAMED");
        }
        arguments.addAll(List.of(
                "-J--add-opens=jdk.compiler/com.sun.tools.javac.code=ALL-UNNAMED",
                "-J--add-opens=jdk.compiler/com.sun.tools.javac.comp=ALL-UNNAMED",
                "-XDcompilePolicy=simple",
                "--should-stop=ifError=FLOW",
                "-processorpath",
                System.getProperty("java.class.path"),
                "-Xplugin:ErrorProne",
                "-cp",
                path(jars("watertight-guards-", "error_prone_annotations-")),
                "-d",
                "out"));
        List<String> careless = new ArrayList<>(arguments);
        careless.add("src/Careless.java");

        String output = run("javac", careless.toArray(String[]::new));

        assertThat(output).startsWith("exit 1").contains("Careless.java:8").contains("[MustBeClosed");
    }
}
