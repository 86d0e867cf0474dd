/** Leak detection: guarded handles, leases, memory pressure and budgets. */
module io.watertight.guards {
    requires org.slf4j;
    requires static transitive org.jspecify;
    requires static transitive com.google.errorprone.annotations;
    requires static java.management;
    requires static transitive java.net.http;
    requires static jdk.jfr;

    exports io.watertight.guards;
    exports io.watertight.guards.internal to
            io.watertight.pools,
            io.watertight.caches,
            io.watertight.concurrency,
            io.watertight.testing,
            io.watertight.diagnostics;
}
