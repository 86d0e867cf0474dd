package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GuardedOutputStreamTest {
    private final TestRegistry test = new TestRegistry();
    private final Site site = test.detector("stream").site("GuardedOutputStreamTest");

    static Stream<Method> methods() {
        return Delegation.overridable(OutputStream.class);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void everyMethodIsTheWrappedStreamsOwn(Method method) throws Throwable {
        Delegation delegation = new Delegation();
        OutputStream stream = Guarded.outputStream(site, new Recording(delegation));
        Object[] arguments = Delegation.arguments(method);

        Delegation.invoke(stream, method, arguments);

        assertThat(Delegation.overrides(GuardedOutputStream.class, method))
                .as("%s is overridden", method)
                .isTrue();
        assertThat(delegation.calls())
                .containsExactly(new Delegation.Call(Delegation.signature(method), List.of(arguments)));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void useAfterCloseIsRefused(Method method) throws IOException {
        Delegation delegation = new Delegation();
        OutputStream stream = Guarded.outputStream(site, new Recording(delegation));
        stream.close();

        if (!method.getName().equals("close")) {
            assertThatThrownBy(() -> Delegation.invoke(stream, method, Delegation.arguments(method)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("closed");

            assertThat(delegation.signatures()).containsExactly("close()");
        }
    }

    @Test
    void closeClosesOnce() throws IOException {
        Delegation delegation = new Delegation();
        OutputStream stream = Guarded.outputStream(site, new Recording(delegation));

        stream.close();
        stream.close();

        assertThat(delegation.signatures()).containsExactly("close()");
        assertThat(site.stats().outstanding()).isZero();
        assertThat(site.stats().redundantCloses()).isEqualTo(1);
    }

    @Test
    void closeThatFailsPassesTheFailureOnAndReportsIt() {
        IOException failure = new IOException("disk full");
        OutputStream stream = Guarded.outputStream(site, new OutputStream() {
            @Override
            public void write(int value) {}

            @Override
            public void close() throws IOException {
                throw failure;
            }
        });

        assertThatThrownBy(stream::close).isSameAs(failure);

        test.registry.pump();
        assertThat(test.reports).extracting(LeakReport::evidence).containsExactly(Evidence.CLOSE_FAILED);
        assertThat(test.reports.get(0).cause()).isSameAs(failure);
        assertThatThrownBy(() -> stream.write(1)).isInstanceOf(IOException.class);
    }

    @Test
    void droppedStreamIsReported() {
        OutputStream stream = Guarded.outputStream(site, OutputStream.nullOutputStream());

        site.table().forEach(LeakRecord::enqueue);
        test.registry.pump();

        assertThat(test.reports).extracting(LeakReport::evidence).containsExactly(Evidence.GC_PROVEN);
        assertThat(stream)
                .hasToString("GuardedOutputStream[Guard['stream' acquired at GuardedOutputStreamTest, closed]]");
    }

    @Test
    void realFileGetsWhatWasWritten(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("file");

        try (OutputStream stream = Guarded.outputStream(site, Files.newOutputStream(file))) {
            assertThat(site.stats().outstanding()).isEqualTo(1);
            stream.write(1);
            stream.write(new byte[] {2, 3});
            stream.write(new byte[] {0, 4, 5, 0}, 1, 2);
            stream.flush();
        }

        assertThat(Files.readAllBytes(file)).containsExactly(1, 2, 3, 4, 5);
        assertThat(site.stats().outstanding()).isZero();
    }

    private static final class Recording extends OutputStream {
        private final Delegation delegation;

        Recording(Delegation delegation) {
            this.delegation = delegation;
        }

        @Override
        public void write(int value) {
            delegation.called(null, "write(int)", value);
        }

        @Override
        public void write(byte[] bytes) {
            delegation.called(null, "write(byte[])", bytes);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            delegation.called(null, "write(byte[],int,int)", bytes, offset, length);
        }

        @Override
        public void flush() {
            delegation.called(null, "flush()");
        }

        @Override
        public void close() {
            delegation.called(null, "close()");
        }
    }
}
