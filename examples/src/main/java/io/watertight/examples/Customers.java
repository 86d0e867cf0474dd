package io.watertight.examples;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A table in a real database, which counts itself how often it is asked for a customer. Ends with the database. */
final class Customers {
    private static final String FIND = "SELECT NAME FROM CUSTOMERS WHERE ID = ?";
    private static final int END = -1;

    private final Connection connection;

    private Customers(Connection connection) {
        this.connection = connection;
    }

    /** Makes the table, with customers 1 to {@code count}. */
    static Customers in(Database database, int count) throws SQLException {
        Connection connection = database.connect();
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE CUSTOMERS(ID INT PRIMARY KEY, NAME VARCHAR) AS"
                    + " SELECT X, 'customer ' || X FROM SYSTEM_RANGE(1, " + count + ")");
            statement.execute(
                    "SET OPTIMIZE_REUSE_RESULTS 0"); // so that each answer is found anew, that of selects() too
            statement.execute("SET QUERY_STATISTICS TRUE");
        }
        return new Customers(connection);
    }

    /** Asks the database for the name of a customer; null if there is none. */
    @Nullable
    String find(int id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setInt(1, id);
            try (ResultSet found = statement.executeQuery()) {
                return found.next() ? found.getString(1) : null;
            }
        }
    }

    /** Opens the stream of all customers' numbers. */
    @SuppressWarnings("StreamResourceLeak") // whoever takes the stream closes it, and so the statement
    Stream<Integer> ids() {
        try {
            Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery("SELECT ID FROM CUSTOMERS");
            return Stream.generate(() -> next(rows)).takeWhile(id -> id != END).onClose(() -> close(statement));
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static int next(ResultSet rows) {
        try {
            return rows.next() ? rows.getInt(1) : END;
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void close(Statement statement) {
        try {
            statement.close();
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** How often the database was asked for a customer, in its own statistics. */
    long selects() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT COALESCE(SUM(EXECUTION_COUNT), 0)"
                + " FROM INFORMATION_SCHEMA.QUERY_STATISTICS WHERE SQL_STATEMENT = ?")) {
            statement.setString(1, FIND);
            try (ResultSet count = statement.executeQuery()) {
                count.next();
                return count.getLong(1);
            }
        }
    }
}
