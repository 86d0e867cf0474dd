/** Bounded caches whose values are freed once, after their last reader, and maps that say when they grow. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // Spring's; in applications that have it
module io.watertight.caches {
    exports io.watertight.caches;
    exports io.watertight.caches.spring;

    opens io.watertight.caches to
            io.watertight.guards; // which checks that the end of a cache does not refer to the cache

    requires transitive io.watertight.guards;
    requires static transitive org.jspecify;
    requires static transitive com.google.errorprone.annotations;
    requires com.github.benmanes.caffeine;
    requires transitive com.google.common; // users hand us a Funnel: how the bytes of a key are read for the filter
    requires org.slf4j;
    requires static transitive spring.context;
    requires static spring.core;
}
