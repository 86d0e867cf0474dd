/** Executors, scopes and channels that end with what they were opened for. */
module io.watertight.concurrency {
    exports io.watertight.concurrency;

    opens io.watertight.concurrency to
            io.watertight.guards; // which checks that the end of an executor does not refer to the executor

    requires transitive io.watertight.guards;
    requires static transitive org.jspecify;
    requires static transitive com.google.errorprone.annotations;
    requires org.slf4j;
}
