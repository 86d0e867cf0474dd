/** Bounded pools of reusable objects and buffers, whose leases are guarded. */
module io.watertight.pools {
    exports io.watertight.pools;

    opens io.watertight.pools to
            io.watertight.guards; // which checks that the end of a pool does not refer to the pool

    requires transitive io.watertight.guards;
    requires static transitive org.jspecify;
    requires static transitive com.google.errorprone.annotations;
    requires org.slf4j;
}
