/** Caches whose values are leased and freed once, after their last reader. */
module io.watertight.caches {
    // exports io.watertight.caches; with its first public type: an empty package cannot be exported
    requires transitive io.watertight.guards;
    requires static transitive org.jspecify;
}
