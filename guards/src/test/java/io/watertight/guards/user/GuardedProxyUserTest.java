package io.watertight.guards.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.guards.Guarded;
import io.watertight.guards.LeakDetector;
import org.junit.jupiter.api.Test;

/** A user's package: what is package-private here is out of reach for the library. */
class GuardedProxyUserTest {
    private static final LeakDetector DETECTOR = LeakDetector.of("GuardedProxyUserTest");

    interface Connection extends AutoCloseable {
        String query();

        @Override
        void close();
    }

    private static final class Real implements Connection {
        @Override
        public String query() {
            return "answer";
        }

        @Override
        public void close() {}
    }

    @Test
    void interfaceMayBePackagePrivate() {
        try (Connection connection = Guarded.proxy(DETECTOR, Connection.class, new Real())) {
            assertThat(connection.query()).isEqualTo("answer");
        }

        assertThat(DETECTOR.outstanding()).isZero();
    }
}
