/** Profiles of threads and of the heap. */
module io.watertight.diagnostics {
    exports io.watertight.diagnostics;
    exports io.watertight.diagnostics.internal to
            io.watertight.testing;

    requires transitive io.watertight.guards;
    requires static transitive org.jspecify;
    requires java.management;
    requires jdk.management;
    requires org.slf4j;
}
