package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A page of the documentation whose examples run as tests. */
final class DocPage {
    private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);
    private static final Path TESTS = Path.of("src", "test", "java");
    private static final Path DOCS = Path.of("..", "docs");

    private DocPage() {}

    /** Fails unless each of the page's examples, of which there are some, is found in one of the tests but for its indentation. */
    static void assertShows(String page, Class<?>... tests) throws IOException {
        StringBuilder sources = new StringBuilder();
        for (Class<?> test : tests) {
            Path file = TESTS.resolve(test.getName().replace('.', '/') + ".java");
            sources.append(withoutIndent(Files.readString(file).lines())).append('\n');
        }
        List<String> examples = JAVA_BLOCK
                .matcher(Files.readString(DOCS.resolve(page)))
                .results()
                .map(block -> withoutIndent(block.group(1).lines()))
                .toList();

        assertThat(examples)
                .isNotEmpty()
                .allSatisfy(example -> assertThat(sources.toString()).contains(example));
    }

    private static String withoutIndent(Stream<String> lines) {
        return lines.map(String::strip).collect(Collectors.joining("\n"));
    }
}
