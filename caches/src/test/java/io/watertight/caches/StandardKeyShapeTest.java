package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is left of a key. */
class StandardKeyShapeTest {
    @ParameterizedTest
    @CsvSource({
        "user:42:cart, user:#:cart",
        "user42, user#",
        "42nd, #nd",
        "order12item34, order#item#",
        "/api/v2/orders/2024-01-31/items, /api/v#/orders/#-#-#/items",
        "session:123e4567-e89b-12d3-a456-426614174000, session:<uuid>",
        "session:123E4567-E89B-12D3-A456-426614174000/x, session:<uuid>/x",
        "blob/9f86d081884c7d65, blob/<hex>",
        "blob/deadbeef, blob/deadbeef",
        "blob/deadbeefdeadbeef, blob/<hex>",
        "token.x7Gk29dQ, token.<id>",
        "token.a1, token.a#",
        "token.a1b2, token.<id>",
        "token.xKdJqPzR, token.<id>",
        "token.abcdefghijklmnopqrstuvwxyz, token.<id>",
        "getUserById(7), getUserById(#)",
        "mail:alice.smith+x@example.com:inbox, mail:<mail>:inbox",
        "café:7, café:#",
        "1.2.3, #.#.#",
        "'', ''",
    })
    void whatLooksLikeAnIdentityIsReplaced(String key, String shape) {
        assertThat(KeyShape.standard().of(key)).isEqualTo(shape);
    }

    @Test
    void shapesAreShortHoweverLongTheKey() {
        String shape = KeyShape.standard().of("word:".repeat(100_000));

        assertThat(shape)
                .hasSize(StandardKeyShape.LONGEST)
                .startsWith("word:word:")
                .endsWith("…");
        assertThat(KeyShape.standard().of("1".repeat(1_000_000))).isEqualTo("#…");
    }

    @Test
    void lineBreaksDoNotReachTheLog() {
        assertThat(KeyShape.standard().of("a\nb\tc")).isEqualTo("a b c");
    }

    @Test
    void otherKeysAreOfTheirClass() {
        assertThat(KeyShape.standard().of(Duration.ofDays(1))).isEqualTo("Duration");
        assertThat(KeyShape.standard().of(7L)).isEqualTo("Long");
        assertThat(KeyShape.standard().of(new Object() {})).isEqualTo("(anonymous class)");
    }
}
