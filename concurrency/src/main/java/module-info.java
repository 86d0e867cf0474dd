/** Executors, scopes and channels that end with what they were opened for. */
module io.watertight.concurrency {
    // exports io.watertight.concurrency; with its first public type: an empty package cannot be exported
    requires transitive io.watertight.guards;
    requires static transitive org.jspecify;
}
