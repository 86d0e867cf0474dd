package io.watertight.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JVM of its own for one cell of a table, with our class path. It prints its figures as lines of {@code name=value} after
 * {@link #PREFIX}; it may wait for orders, which are lines too, and ends when there are no more.
 */
final class Fork implements AutoCloseable {
    static final String PREFIX = "RESULT ";

    private final String what;
    private final Process process;
    private final BufferedReader results;
    private final Writer orders;

    /** Starts {@code main} with these options of the JVM and these arguments; {@code what} is for messages. */
    Fork(String what, Class<?> main, List<String> options, List<String> arguments) throws IOException {
        this.what = what;
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx512m");
        command.add("-Dslf4j.internal.verbosity=ERROR");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        results = process.inputReader(StandardCharsets.UTF_8);
        orders = process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Gives an order, and waits for the figures that answer it. */
    Map<String, Double> ask(String order) throws IOException, InterruptedException {
        try {
            orders.write(order + "\n");
            orders.flush();
        } catch (IOException ended) {
            // Why it has ended is told below, with what it printed.
        }
        return result();
    }

    /** Waits for the next figures. */
    Map<String, Double> result() throws IOException, InterruptedException {
        StringBuilder other = new StringBuilder();
        for (String line = results.readLine(); line != null; line = results.readLine()) {
            if (line.startsWith(PREFIX)) {
                return figures(line.substring(PREFIX.length()));
            }
            other.append(line).append(System.lineSeparator());
        }
        throw new IllegalStateException(what + " failed with status " + process.waitFor() + ": " + other);
    }

    private static Map<String, Double> figures(String line) {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (String figure : line.split(" ")) {
            int equals = figure.indexOf('=');
            figures.put(figure.substring(0, equals), Double.parseDouble(figure.substring(equals + 1)));
        }
        return figures;
    }

    /** Gives no more orders, and waits for the end. */
    @Override
    public void close() throws IOException {
        try (BufferedReader rest = results) {
            endOrders();
            while (rest.readLine() != null) {
                // What it prints at its end is of no use, but it must be able to print it.
            }
            process.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }

    private void endOrders() {
        try {
            orders.close();
        } catch (IOException ended) {
            // It has ended before, and why has been told to who asked it.
        }
    }
}
