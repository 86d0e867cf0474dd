package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of the documentation whose examples run as a test. */
final class DocPage {
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);
    private static final Path TESTS = Path.of("src", "test", "java");
    private static final Path DOCS = Path.of("..", "docs");

    private DocPage() {}

    /** Fails unless each of the page's examples, of which there are some, is found in the test but for its indentation. */
    static void assertShows(String page, Class<?> test) throws IOException {
        String source =
                withoutIndent(Files.readString(TESTS.resolve(test.getName().replace('.', '/') + ".java"))
                        .lines());
        List<String> examples = JAVA_BLOCK
                .matcher(Files.readString(DOCS.resolve(page)))
                .results()
                .map(block -> withoutIndent(block.group(1).lines()))
                .toList();

        assertThat(examples)
                .hasSizeGreaterThan(2)
                .allSatisfy(example -> assertThat(source).contains(example));
    }

    private static String withoutIndent(Stream<String> lines) {
        return String.join("\n", lines.map(String::strip).toList());
    }
}
