/** Tests that fail when they leak, allocation budgets, and the chain that holds a retained object. */
module io.watertight.testing {
    // exports io.watertight.testing; with its first public type: an empty package cannot be exported
    requires transitive io.watertight.guards;
    requires io.watertight.diagnostics;
    requires static transitive org.jspecify;
    requires static transitive org.junit.jupiter.api;
    requires java.management;
    requires jdk.management;
    requires static jdk.jfr;
    requires org.slf4j;
}
