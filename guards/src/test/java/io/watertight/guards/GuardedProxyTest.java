package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardedProxyTest {
    private final TestRegistry test = new TestRegistry();
    private final Site site = test.detector("connection").site("GuardedProxyTest");
    private final RealConnection real = new RealConnection();

    private static final class BusyException extends Exception {
        private static final long serialVersionUID = 1L;

        BusyException(String message) {
            super(message);
        }
    }

    /** Like those of java.sql: closes with a checked exception, has isClosed, returns itself, has a default method. */
    interface Connection extends AutoCloseable {
        String query(String text) throws BusyException;

        Connection with(String option);

        Connection other();

        boolean isClosed();

        default String twice(String text) throws BusyException {
            return query(text) + query(text);
        }

        @Override
        void close() throws BusyException;
    }

    @Test
    void callsArePassedOnWithTheirArguments() throws BusyException {
        Connection connection = Guarded.proxy(site, Connection.class, real);

        assertThat(connection.query("select 1")).isEqualTo("<select 1>");
        connection.close();
    }

    @Test
    void defaultMethodsAreTheResourcesOwn() throws BusyException {
        Connection connection = Guarded.proxy(site, Connection.class, real);

        assertThat(connection.twice("x")).isEqualTo("twice x");
        connection.close();
    }

    @Test
    void defaultMethodsThatAreNotOverriddenRunOnTheResource() throws BusyException {
        Connection plain = new RealConnection() {
            @Override
            public String twice(String text) throws BusyException {
                return super.superTwice(text);
            }
        };
        Connection connection = Guarded.proxy(site, Connection.class, plain);

        assertThat(connection.twice("x")).isEqualTo("<x><x>");
        connection.close();
    }

    @Test
    void checkedExceptionsComeAsTheyAre() throws BusyException {
        Connection connection = Guarded.proxy(site, Connection.class, real);
        real.failure = new BusyException("no such table");

        assertThatThrownBy(() -> connection.query("x")).isSameAs(real.failure);

        real.failure = null;
        connection.close();
    }

    @Test
    void uncheckedExceptionsAndErrorsComeAsTheyAre() throws BusyException {
        Connection connection = Guarded.proxy(site, Connection.class, real);

        real.failure = new IllegalStateException("busy");
        assertThatThrownBy(() -> connection.query("x")).isSameAs(real.failure);
        real.failure = new AssertionError("bug");
        assertThatThrownBy(() -> connection.query("x")).isSameAs(real.failure);

        real.failure = null;
        connection.close();
    }

    @Test
    void methodThatReturnsTheResourceReturnsTheProxy() throws BusyException {
        Connection connection = Guarded.proxy(site, Connection.class, real);

        assertThat(connection.with("timeout")).isSameAs(connection);
        assertThat(connection.other()).isNotSameAs(connection).isNotSameAs(real);
        connection.close();
    }

    @Test
    void objectMethodsAreTheProxysOwn() throws BusyException {
        Connection connection = Guarded.proxy(site, Connection.class, real);
        Connection another = Guarded.proxy(site, Connection.class, real);

        assertThat(connection.equals(connection)).isTrue();
        assertThat(connection.equals(another)).isFalse();
        assertThat(connection.equals(real)).isFalse();
        assertThat(connection.equals(null)).isFalse();
        assertThat(connection.hashCode()).isEqualTo(System.identityHashCode(connection));
        assertThat(connection)
                .hasToString("GuardedProxy[" + Connection.class.getName()
                        + ", Guard['connection' acquired at GuardedProxyTest, open]]");
        connection.close();
        another.close();
    }

    @Test
    void useAfterCloseIsRefusedButTheQuestionWhetherItIsClosed() throws BusyException {
        Connection connection = Guarded.proxy(site, Connection.class, real);
        assertThat(connection.isClosed()).isFalse();

        connection.close();

        assertThat(connection.isClosed()).isTrue();
        assertThatThrownBy(() -> connection.query("x"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed")
                .hasMessageContaining("GuardedProxyTest");
        assertThatThrownBy(() -> connection.twice("x")).isInstanceOf(IllegalStateException.class);
        assertThat(connection.equals(connection)).isTrue();
        assertThat(connection.toString()).contains("closed");
    }

    @Test
    void closeClosesOnce() throws BusyException {
        Connection connection = Guarded.proxy(site, Connection.class, real);

        connection.close();
        connection.close();

        assertThat(real.closes).isEqualTo(1);
        assertThat(site.stats().outstanding()).isZero();
        assertThat(site.stats().redundantCloses()).isEqualTo(1);
    }

    @Test
    void closeThatFailsPassesTheCheckedExceptionOnAndReportsIt() {
        Connection connection = Guarded.proxy(site, Connection.class, real);
        real.failure = new BusyException("cannot close");

        assertThatThrownBy(connection::close).isSameAs(real.failure);

        test.registry.pump();
        assertThat(test.reports).extracting(LeakReport::evidence).containsExactly(Evidence.CLOSE_FAILED);
        assertThat(test.reports.get(0).cause()).isSameAs(real.failure);
    }

    @Test
    void typeThatIsNoInterfaceIsRefusedAndClosesTheResource() {
        assertThatThrownBy(() -> Guarded.proxy(site, RealConnection.class, real))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be an interface")
                .hasMessageContaining(RealConnection.class.getName())
                .hasMessageContaining("Tracker.open");

        assertThat(real.closes).isEqualTo(1);
        assertThat(site.stats().outstanding()).isZero();
    }

    @Test
    void droppedProxyIsReported() throws BusyException {
        Connection connection = Guarded.proxy(site, Connection.class, real);

        site.table().forEach(LeakRecord::enqueue);
        test.registry.pump();

        assertThat(test.reports).extracting(LeakReport::evidence).containsExactly(Evidence.GC_PROVEN);
        connection.close();
        assertThat(real.closes).isEqualTo(1);
    }

    @Test
    void realChannelIsReadWrittenAndClosed(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("file");
        SeekableByteChannel wrapped = Files.newByteChannel(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);

        SeekableByteChannel channel = Guarded.proxy(site, SeekableByteChannel.class, wrapped);
        channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));

        assertThat(channel.position(1)).isSameAs(channel);
        assertThat(channel.read(ByteBuffer.allocate(8))).isEqualTo(2);
        assertThat(channel.truncate(1).size()).isEqualTo(1);
        assertThat(channel.isOpen()).isTrue();
        channel.close();
        assertThat(channel.isOpen()).isFalse();
        assertThat(wrapped.isOpen()).isFalse();
        assertThatThrownBy(channel::size).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void checkedExceptionOfARealChannelComesAsItIs(@TempDir Path directory) throws IOException {
        ByteChannel wrapped =
                Files.newByteChannel(directory.resolve("file"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try (ByteChannel channel = Guarded.proxy(site, ByteChannel.class, wrapped)) {
            wrapped.close();

            assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        }
        assertThat(site.stats().outstanding()).isZero();
    }

    private static class RealConnection implements Connection {
        private int closes;
        private Throwable failure;

        private void failIfAsked() throws BusyException {
            if (failure instanceof BusyException checked) {
                throw checked;
            } else if (failure instanceof Error error) {
                throw error;
            } else if (failure != null) {
                throw (RuntimeException) failure;
            }
        }

        @Override
        public String query(String text) throws BusyException {
            failIfAsked();
            return "<" + text + ">";
        }

        @Override
        public Connection with(String option) {
            return this;
        }

        @Override
        public Connection other() {
            return new RealConnection();
        }

        @Override
        public boolean isClosed() {
            return closes > 0;
        }

        @Override
        public String twice(String text) throws BusyException {
            return "twice " + text;
        }

        String superTwice(String text) throws BusyException {
            return Connection.super.twice(text);
        }

        @Override
        public void close() throws BusyException {
            closes++;
            failIfAsked();
        }
    }
}
