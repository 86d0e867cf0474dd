package io.watertight.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class CapacityTest {
    private static final int MANY = 1_000;

    @Test
    void countsBothEndsOfConnections() throws IOException {
        try (Wires wires = Wires.open()) {
            wires.connect().close(); // the JDK opens sockets of its own with the first
            wires.cut();
            long before = Capacity.sockets();
            try (Socket first = wires.connect();
                    Socket second = wires.connect()) {
                assertThat(first.isConnected() && second.isConnected()).isTrue();
                assertThat(Capacity.sockets()).isEqualTo(before + 4);
                wires.cut();
                assertThat(Capacity.sockets()).isEqualTo(before + 2);
            }
            assertThat(Capacity.sockets()).isEqualTo(before);
        }
    }

    @Test
    void allowsNoMoreConnectionsThanAskedFor() throws IOException {
        assertThat(Capacity.connections(1)).isEqualTo(1);
    }

    @Test
    void allowsNoMoreConnectionsThanTheLimitsDo() throws IOException {
        int most = Capacity.connections(Integer.MAX_VALUE);

        assertThat(most).isBetween(1, (int) (Runtime.getRuntime().maxMemory() >> 17));
        assertThat(Capacity.connections(MANY)).isEqualTo(Math.min(MANY, most));
    }
}
