package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GuardedInputStreamTest {
    /** Cannot say that they failed: both return at once, and neither reads. */
    private static final Set<String> NOT_REFUSED = Set.of("close()", "mark(int)", "markSupported()");

    private final TestRegistry test = new TestRegistry();
    private final Site site = test.detector("stream").site("GuardedInputStreamTest");

    static Stream<Method> methods() {
        return Delegation.overridable(InputStream.class);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void everyMethodIsTheWrappedStreamsOwn(Method method) throws Throwable {
        Delegation delegation = new Delegation();
        InputStream stream = Guarded.inputStream(site, new Recording(delegation));
        Object[] arguments = Delegation.arguments(method);

        Object answer = Delegation.invoke(stream, method, arguments);

        assertThat(Delegation.overrides(GuardedInputStream.class, method))
                .as("%s is overridden", method)
                .isTrue();
        assertThat(delegation.calls())
                .containsExactly(new Delegation.Call(Delegation.signature(method), Arrays.asList(arguments)));
        assertThat(answer).isEqualTo(Delegation.invoke(new Recording(new Delegation()), method, arguments));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void useAfterCloseIsRefused(Method method) throws IOException {
        Delegation delegation = new Delegation();
        InputStream stream = Guarded.inputStream(site, new Recording(delegation));
        stream.close();

        if (!NOT_REFUSED.contains(Delegation.signature(method))) {
            assertThatThrownBy(() -> Delegation.invoke(stream, method, Delegation.arguments(method)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("closed");

            assertThat(delegation.signatures()).containsExactly("close()");
        }
    }

    @Test
    void closeClosesOnce() throws IOException {
        Delegation delegation = new Delegation();
        InputStream stream = Guarded.inputStream(site, new Recording(delegation));

        stream.close();
        stream.close();

        assertThat(delegation.signatures()).containsExactly("close()");
        assertThat(site.stats().outstanding()).isZero();
        assertThat(site.stats().redundantCloses()).isEqualTo(1);
    }

    @Test
    void closeThatFailsPassesTheFailureOnAndReportsIt() {
        IOException failure = new IOException("disk gone");
        InputStream stream = Guarded.inputStream(site, new InputStream() {
            @Override
            public int read() {
                return -1;
            }

            @Override
            public void close() throws IOException {
                throw failure;
            }
        });

        assertThatThrownBy(stream::close).isSameAs(failure);

        test.registry.pump();
        assertThat(test.reports).hasSize(1);
        assertThat(test.reports.get(0).evidence()).isEqualTo(Evidence.CLOSE_FAILED);
        assertThat(test.reports.get(0).cause()).isSameAs(failure);
        assertThat(site.stats().closeFailed()).isEqualTo(1);
        assertThatThrownBy(stream::read).isInstanceOf(IOException.class).hasMessageContaining("closed");
    }

    @Test
    void droppedStreamIsReported() {
        InputStream stream = Guarded.inputStream(site, new ByteArrayInputStream(new byte[1]));

        site.table().forEach(LeakRecord::enqueue);
        test.registry.pump();

        assertThat(test.reports).extracting(LeakReport::evidence).containsExactly(Evidence.GC_PROVEN);
        assertThat(stream)
                .hasToString("GuardedInputStream[Guard['stream' acquired at GuardedInputStreamTest, closed]]");
    }

    @Test
    void realFileReadsAsItIs(@TempDir Path directory) throws IOException {
        byte[] content = {3, 1, 4, 1, 5};
        Path file = Files.write(directory.resolve("file"), content);

        try (InputStream stream = Guarded.inputStream(site, Files.newInputStream(file))) {
            assertThat(site.stats().outstanding()).isEqualTo(1);
            assertThat(stream.readAllBytes()).isEqualTo(content);
        }

        assertThat(site.stats().outstanding()).isZero();
    }

    /** Answers every call with a value of its own, and remembers it. */
    private static final class Recording extends InputStream {
        private final Delegation delegation;

        Recording(Delegation delegation) {
            this.delegation = delegation;
        }

        @Override
        public int read() {
            return delegation.called(21, "read()");
        }

        @Override
        public int read(byte[] buffer) {
            return delegation.called(22, "read(byte[])", buffer);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            return delegation.called(23, "read(byte[],int,int)", buffer, offset, length);
        }

        @Override
        public byte[] readAllBytes() {
            return delegation.called(new byte[24], "readAllBytes()");
        }

        @Override
        public byte[] readNBytes(int length) {
            return delegation.called(new byte[25], "readNBytes(int)", length);
        }

        @Override
        public int readNBytes(byte[] buffer, int offset, int length) {
            return delegation.called(26, "readNBytes(byte[],int,int)", buffer, offset, length);
        }

        @Override
        public long skip(long count) {
            return delegation.called(27L, "skip(long)", count);
        }

        @Override
        public void skipNBytes(long count) {
            delegation.called(null, "skipNBytes(long)", count);
        }

        @Override
        public int available() {
            return delegation.called(28, "available()");
        }

        @Override
        public void mark(int readLimit) {
            delegation.called(null, "mark(int)", readLimit);
        }

        @Override
        public void reset() {
            delegation.called(null, "reset()");
        }

        @Override
        public boolean markSupported() {
            return delegation.called(true, "markSupported()");
        }

        @Override
        public long transferTo(OutputStream out) {
            return delegation.called(29L, "transferTo(OutputStream)", out);
        }

        @Override
        public void close() {
            delegation.called(null, "close()");
        }
    }
}
