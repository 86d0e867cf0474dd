/** Profiles of threads and of the heap. */
module io.watertight.diagnostics {
    // exports io.watertight.diagnostics; with its first public type: an empty package cannot be exported
    requires transitive io.watertight.guards;
    requires static transitive org.jspecify;
    requires java.management;
    requires jdk.management;
    requires org.slf4j;
}
