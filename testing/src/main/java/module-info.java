/** Tests that fail when they leak, allocation budgets, and the chain that holds a retained object. */
module io.watertight.testing {
    exports io.watertight.testing;

    opens io.watertight.testing to
            org.junit.platform.commons; // JUnit makes the extensions behind annotations

    provides org.junit.jupiter.api.extension.Extension with
            io.watertight.testing.LeakCheck;

    requires transitive io.watertight.guards;
    requires io.watertight.diagnostics;
    requires static transitive org.jspecify;
    requires static transitive org.junit.jupiter.api;
    requires static org.junit.platform.commons;
    requires java.management;
    requires jdk.management;
    requires static java.instrument;
    requires static java.net.http;
    requires static jdk.jfr;
    requires static net.bytebuddy;
    requires static net.bytebuddy.agent;
    requires org.slf4j;
}
