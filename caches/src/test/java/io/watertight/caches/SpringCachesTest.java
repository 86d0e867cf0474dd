package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.watertight.caches.spring.SpringCaches;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** In a Spring application. */
@Timeout(60)
class SpringCachesTest {
    private static final int BOUND = 1_000;

    private AnnotationConfigApplicationContext application;
    private Users users;

    @Configuration(proxyBeanMethods = false)
    @EnableCaching
    static class Application {
        @Bean
        SpringCaches caches() {
            return SpringCaches.of(
                    ValueCache.<Object, Object>builder("users")
                            .maximumSize(1_000)
                            .timeToLive(Duration.ofMinutes(10)),
                    ValueCache.<Object, Object>builder("orders").maximumSize(100));
        }

        @Bean
        Users users() {
            return new Users();
        }
    }

    /** What the application asks its database for. */
    static class Users {
        final AtomicInteger calls = new AtomicInteger();
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch gate = new CountDownLatch(1);

        AtomicInteger calls() {
            return calls;
        }

        CountDownLatch entered() {
            return entered;
        }

        CountDownLatch gate() {
            return gate;
        }

        @Cacheable("users")
        public @Nullable String find(int id) {
            calls.incrementAndGet();
            return id < 0 ? null : "user " + id;
        }

        @Cacheable(cacheNames = "users", sync = true)
        public String findOnce(int id) throws InterruptedException {
            calls.incrementAndGet();
            entered.countDown();
            gate.await();
            return Thread.currentThread().getName();
        }

        @Cacheable(cacheNames = "users", sync = true)
        public String fail(int id) throws IOException {
            throw new IOException("no database for " + id);
        }

        @Cacheable("users")
        public CompletableFuture<String> findLater(int id) {
            calls.incrementAndGet();
            return CompletableFuture.completedFuture("user " + id);
        }

        @Cacheable(cacheNames = "users", sync = true)
        public CompletableFuture<String> findLaterInSync(int id) {
            return findLater(id);
        }

        @CachePut(cacheNames = "users", key = "#p0")
        public String rename(int id, String name) {
            return name;
        }

        @CacheEvict("users")
        public void delete(int id) {}

        @CacheEvict(cacheNames = "users", allEntries = true)
        public void deleteAll() {}

        @Cacheable("users")
        public InputStream picture(int id) {
            return new ByteArrayInputStream(new byte[id]);
        }

        @Cacheable("nowhere")
        public String unbounded(int id) {
            return "user " + id;
        }
    }

    @BeforeEach
    void start() {
        application = new AnnotationConfigApplicationContext(Application.class);
        users = application.getBean(Users.class);
    }

    @AfterEach
    void stop() {
        application.close();
    }

    private ValueCache<?, ?> cache() {
        return (ValueCache<?, ?>)
                Objects.requireNonNull(application.getBean(SpringCaches.class).getCache("users"))
                        .getNativeCache();
    }

    @Test
    void answersAreKeptWithinTheBound() {
        assertThat(users.find(1)).isEqualTo(users.find(1)).isEqualTo("user 1");
        assertThat(users.find(-1)).isNull();
        assertThat(users.find(-1)).isNull();
        assertThat(users.calls()).hasValue(2);

        for (int id = 0; id < 10 * BOUND; id++) {
            users.find(id);
        }

        assertThat(cache().size()).isLessThanOrEqualTo(BOUND);
    }

    @Test
    void answersAreReplacedAndDropped() {
        users.rename(1, "Ada");
        assertThat(users.find(1)).isEqualTo("Ada");
        users.delete(1);
        assertThat(users.find(1)).isEqualTo("user 1");
        users.deleteAll();
        assertThat(users.find(1)).isEqualTo("user 1");
        assertThat(users.calls()).hasValue(2);
    }

    @Test
    void inSyncAMethodIsCalledOnceOnTheThreadThatCameFirst() throws Exception {
        List<FutureTask<String>> callers = new ArrayList<>();
        callers.add(start("first"));
        users.entered().await();
        for (int i = 0; i < 20; i++) {
            callers.add(start("later"));
        }
        users.gate().countDown();

        for (FutureTask<String> caller : callers) {
            assertThat(caller.get()).isEqualTo("first");
        }
        assertThat(users.calls()).hasValue(1);
    }

    private FutureTask<String> start(String name) {
        FutureTask<String> caller = new FutureTask<>(() -> users.findOnce(1));
        new Thread(caller, name).start();
        return caller;
    }

    @Test
    void whatAMethodThrowsReachesItsCaller() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> users.fail(1))
                .withMessage("no database for 1");
    }

    @Test
    void futuresAreKeptByTheirValue() throws Exception {
        assertThat(users.findLater(1).get()).isEqualTo("user 1");
        assertThat(users.findLater(1).get()).isEqualTo("user 1");
        assertThat(users.calls()).hasValue(1);
        assertThat(users.find(1)).isEqualTo("user 1");

        assertThat(users.findLaterInSync(2).get()).isEqualTo("user 2");
        assertThat(users.findLaterInSync(2).get()).isEqualTo("user 2");
        assertThat(users.calls()).hasValue(2);
    }

    @Test
    void whatMustBeClosedIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> users.picture(1))
                .withMessageContainingAll("'users'", "ByteArrayInputStream", "LeasedCache");
    }

    @Test
    void thereIsNoCacheWithoutABound() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> users.unbounded(1))
                .withMessageContaining("nowhere");
        assertThat(application.getBean(SpringCaches.class).getCacheNames()).containsExactly("users", "orders");
    }

    @Test
    void namesAreUsedOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SpringCaches.of(
                        ValueCache.<Object, Object>builder("same").maximumSize(1),
                        ValueCache.<Object, Object>builder("same").maximumSize(1)))
                .withMessageContaining("two caches are named 'same'");
    }

    @Test
    void aClosedApplicationHasClosedItsCaches() {
        ValueCache<?, ?> cache = cache();
        users.find(1);

        application.close();

        assertThat(cache.size()).isZero();
        assertThatExceptionOfType(CacheClosedException.class).isThrownBy(() -> users.find(2));
    }
}
