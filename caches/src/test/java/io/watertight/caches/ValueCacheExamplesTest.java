package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The examples of docs/caches.md. */
class ValueCacheExamplesTest {
    private record Price(int cents) {}

    private Price ask(String article, CacheLoad load) {
        return new Price(article.length() * 100);
    }

    private ValueCache<String, Price> open() {
        return ValueCache.<String, Price>builder("prices")
                .maximumSize(10_000)
                .timeToLive(Duration.ofMinutes(10))
                .staleIfError(Duration.ofHours(1))
                .loader(this::ask)
                .loadTimeout(Duration.ofSeconds(2))
                .defence(LoadDefence.<String>builder("prices")
                        .rememberAbsent(Duration.ofMinutes(5))
                        .backOff()
                        .rateLimit(100)
                        .build())
                .build();
    }

    @Test
    void valueIsLoadedWhereItIsMissing() throws Exception {
        try (ValueCache<String, Price> prices = open()) {
            Price price = prices.get("tea");

            assertThat(price).isEqualTo(new Price(300));
            assertThat(prices.getIfPresent("tea")).isSameAs(price);
        }
    }

    @Test
    void pageShowsTheseExamples() throws Exception {
        DocPage.assertShows(
                "caches.md", ValueCacheExamplesTest.class, LeasedExamplesTest.class, SpringCachesTest.class);
    }
}
