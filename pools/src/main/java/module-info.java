/** Bounded pools of reusable objects and buffers, whose leases are guarded. */
module io.watertight.pools {
    // exports io.watertight.pools; with its first public type: an empty package cannot be exported
    requires transitive io.watertight.guards;
    requires static transitive org.jspecify;
}
