package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class JsonReaderTest {
    private static Object parse(String json) {
        return JsonReader.parse("test", json);
    }

    @Test
    void valuesOfEveryKindAreRead() {
        assertThat(parse(" {\"a\" : [1, -0.5e+2, true, false, null, \"\\u0041\\n\\\"\"] ,\"b\":{}, \"c\":[]} "))
                .isEqualTo(Map.of(
                        "a", Arrays.asList(1.0, -50.0, true, false, null, "A\n\""), "b", Map.of(), "c", List.of()));
        assertThat(parse("\"\uffff\"")).isEqualTo("\uffff");
    }

    @Test
    void whatIsNotJsonIsRefused() {
        for (String json : List.of(
                "",
                "{",
                "[1,]",
                "{\"a\":1,}",
                "{a:1}",
                "01",
                "1.",
                ".5",
                "+1",
                "1e",
                "-",
                "tru",
                "nul",
                "\"\t\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u１234\"",
                "[1 2]",
                "1 2",
                "\"",
                "NaN",
                "'a'",
                "[1]\uffff",
                "[\u00a01]")) {
            assertThatExceptionOfType(IllegalArgumentException.class).as(json).isThrownBy(() -> parse(json));
        }
    }

    @Test
    void positionIsNamed() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> parse("[1,\n  2 x]"))
                .withMessageStartingWith("json 'test': 'x' at line 2, column 5, where ',' or ']' should be");
    }

    @Test
    void depthIsBounded() {
        assertThat(parse("[".repeat(500) + "]".repeat(500))).isInstanceOf(List.class);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> parse("[".repeat(100_000)))
                .withMessageContaining("no more than 500 levels");
    }

    @Test
    void randomTextEitherParsesOrIsRefused() {
        String alphabet = "{}[],:\"\\tfnu019.eE+- a\n\uffff";
        SplittableRandom random = new SplittableRandom(7);
        int refused = 0;
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                parse(text.toString());
            } catch (IllegalArgumentException expected) {
                refused++;
            }
        }

        assertThat(refused).isBetween(40_000, 49_999);
    }
}
