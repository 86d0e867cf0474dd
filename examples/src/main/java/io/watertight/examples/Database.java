package io.watertight.examples;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** An H2 database in this process, which counts who connects. */
final class Database implements AutoCloseable {
    private static final AtomicInteger STARTED = new AtomicInteger();

    private final String url = "jdbc:h2:mem:clinic" + STARTED.incrementAndGet() + ";DB_CLOSE_DELAY=-1";
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger opening = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final Connection administrator;

    private Database() throws SQLException {
        administrator = DriverManager.getConnection(url);
    }

    static Database start() throws SQLException {
        return new Database();
    }

    /** Opens a connection. */
    Connection connect() throws SQLException {
        return connect(() -> {});
    }

    /** Opens a connection after a while. */
    Connection connect(Wait login) throws SQLException {
        int now = opening.incrementAndGet();
        mostAtOnce.accumulateAndGet(now, Math::max);
        try {
            login.await();
            Connection connection = DriverManager.getConnection(url);
            opened.incrementAndGet();
            return connection;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while logging in", stop);
        } finally {
            opening.decrementAndGet();
        }
    }

    /** What takes its time. */
    @FunctionalInterface
    interface Wait {
        void await() throws InterruptedException;
    }

    /** One round trip. */
    static int query(Connection connection) throws SQLException {
        return number(connection, "SELECT 1");
    }

    static boolean works(Connection connection) {
        try {
            return connection.isValid(1);
        } catch (SQLException impossible) {
            return false; // only of a negative time-out
        }
    }

    /** Connections opened so far, the administrator's not counted. */
    int opened() {
        return opened.get();
    }

    /** How many logged in at the same moment. */
    int mostAtOnce() {
        return mostAtOnce.get();
    }

    /** Sessions the database has, the administrator's not counted. */
    int sessions() throws SQLException {
        return number(
                administrator, "SELECT COUNT(*) FROM INFORMATION_SCHEMA.SESSIONS WHERE SESSION_ID <> SESSION_ID()");
    }

    /** Ends all sessions but the administrator's, as a restart or a fail-over does; says how many. */
    int abortSessions() throws SQLException {
        return number(
                administrator,
                "SELECT COUNT(ABORT_SESSION(SESSION_ID)) FROM INFORMATION_SCHEMA.SESSIONS"
                        + " WHERE SESSION_ID <> SESSION_ID()");
    }

    private static int number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getInt(1);
        }
    }

    /** Ends the database, and what is connected to it. */
    @Override
    public void close() throws SQLException {
        try (Statement statement = administrator.createStatement()) {
            statement.execute("SHUTDOWN");
        }
    }
}
