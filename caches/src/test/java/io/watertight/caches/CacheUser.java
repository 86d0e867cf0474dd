package io.watertight.caches;

import com.google.common.hash.Funnels;
import io.watertight.guards.Guard;
import io.watertight.guards.Watertight;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;

/** What an application does with caches before it is undeployed; see {@link CacheClassLoaderTest}. */
public final class CacheUser {
    private CacheUser() {}

    /**
     * Uses everything once.
     *
     * @throws Exception if something does not work
     */
    public static void use() throws Exception {
        try (LeasedCache<String, Resource> leased = LeasedCache.<String, Resource>builder("undeployed")
                .maximumSize(10)
                .timeToLive(Duration.ofMinutes(1))
                .overdueAfter(Duration.ofMinutes(1))
                .loader((key, load) -> new Resource(key))
                .build()) {
            leased.acquire("a").close();
            leased.with("b", Resource::isOpen);
            leased.invalidate("a");
            Watertight.pump();
        }
        LoadDefence<String> defence = LoadDefence.<String>builder("undeployed")
                .rememberAbsent(Duration.ofMinutes(1))
                .filter(100, 0.01, Funnels.stringFunnel(StandardCharsets.UTF_8), () -> Stream.of("a"))
                .rateLimit(1_000)
                .build();
        defence.rebuild().toCompletableFuture().get();
        try (ValueCache<String, Integer> values = ValueCache.<String, Integer>builder("undeployed")
                .maximumSize(10)
                .loader((key, load) -> key.length())
                .defence(defence)
                .build()) {
            values.get("a");
        }
        WatchedMap<String, String> watched = WatchedMap.<String, String>builder("undeployed")
                .ceiling(10, CeilingPolicy.REPORT)
                .build();
        try (Guard<String> scoped = watched.putScoped("request", "context")) {
            scoped.check();
        }
        Watertight.shutdown();
    }
}
