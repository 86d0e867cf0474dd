package io.watertight.examples;

import io.watertight.guards.Lease;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** A pool of connections as it is written in an afternoon: a queue. */
final class NaivePool implements AutoCloseable {
    private final BlockingQueue<Connection> idle;

    /** Opens all connections at once. */
    NaivePool(int capacity, Database database) throws SQLException {
        idle = new ArrayBlockingQueue<>(capacity);
        for (int i = 0; i < capacity; i++) {
            idle.add(database.connect());
        }
    }

    /** Waits for a connection, for as long as it takes. */
    Lease<Connection> take() throws InterruptedException {
        return new Taken(idle.take(), idle);
    }

    int idle() {
        return idle.size();
    }

    @Override
    public void close() throws SQLException {
        for (Connection connection : idle) {
            connection.close();
        }
    }

    /** Gives its connection back, in whatever state it is. */
    private record Taken(Connection get, BlockingQueue<Connection> idle) implements Lease<Connection> {
        @Override
        public boolean isOpen() {
            return !idle.contains(get);
        }

        @Override
        public void close() {
            idle.add(get);
        }
    }
}
