package io.watertight.guards;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GuardedFileChannelTest {
    /** Since 22, and names a class that 17 does not have: it cannot be overridden here, and says it is unsupported. */
    private static final Set<String> NOT_OVERRIDDEN = Set.of("map(MapMode,long,long,Arena)");

    private final TestRegistry test = new TestRegistry();
    private final Site site = test.detector("channel").site("GuardedFileChannelTest");

    @TempDir
    Path directory;

    static Stream<Method> methods() {
        return Delegation.overridable(FileChannel.class)
                .filter(method -> !NOT_OVERRIDDEN.contains(Delegation.signature(method)));
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(directory.resolve("file"), CREATE, READ, WRITE);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void everyMethodIsTheWrappedChannelsOwn(Method method) throws Throwable {
        Delegation delegation = new Delegation();
        Recording recording = new Recording(delegation);
        FileChannel channel = Guarded.fileChannel(site, recording);
        Object[] arguments = Delegation.arguments(method);

        Object answer = Delegation.invoke(channel, method, arguments);

        assertThat(Delegation.overrides(GuardedFileChannel.class, method))
                .as("%s is overridden", method)
                .isTrue();
        assertThat(delegation.calls())
                .containsExactly(new Delegation.Call(Delegation.signature(method), Arrays.asList(arguments)));
        Object plain = Delegation.invoke(recording, method, arguments);
        assertThat(answer).isEqualTo(plain == recording ? channel : plain);
    }

    @Test
    void whatIsNotOverriddenIsUnsupported() {
        FileChannel channel = Guarded.fileChannel(site, new Recording(new Delegation()));

        Delegation.overridable(FileChannel.class)
                .filter(method -> NOT_OVERRIDDEN.contains(Delegation.signature(method)))
                .forEach(method -> assertThatThrownBy(
                                () -> Delegation.invoke(channel, method, Delegation.arguments(method)))
                        .isInstanceOf(UnsupportedOperationException.class));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void useAfterCloseIsRefused(Method method) throws IOException {
        FileChannel channel = Guarded.fileChannel(site, open());
        channel.close();
        Object[] arguments = Delegation.arguments(method);
        if (method.getName().equals("map")) {
            arguments[0] = FileChannel.MapMode.READ_ONLY;
        } else if (method.getName().equals("transferTo")) {
            arguments[2] = FileChannel.open(directory.resolve("other"), CREATE, WRITE);
        } else if (method.getName().equals("transferFrom")) {
            arguments[0] = FileChannel.open(directory.resolve("other"), CREATE, READ, WRITE);
        }

        assertThatThrownBy(() -> Delegation.invoke(channel, method, arguments))
                .isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void closeClosesOnce() throws IOException {
        FileChannel file = open();
        FileChannel channel = Guarded.fileChannel(site, file);
        assertThat(site.stats().outstanding()).isEqualTo(1);

        channel.close();
        channel.close();

        assertThat(file.isOpen()).isFalse();
        assertThat(channel.isOpen()).isFalse();
        assertThat(site.stats().outstanding()).isZero();
        assertThat(site.stats().released()).isEqualTo(1);
    }

    @Test
    void closeThatFailsPassesTheFailureOnAndReportsIt() {
        IOException failure = new IOException("disk gone");
        Recording recording = new Recording(new Delegation());
        recording.closeFailure = failure;
        FileChannel channel = Guarded.fileChannel(site, recording);

        assertThatThrownBy(channel::close).isSameAs(failure);

        test.registry.pump();
        assertThat(test.reports).extracting(LeakReport::evidence).containsExactly(Evidence.CLOSE_FAILED);
        assertThat(test.reports.get(0).cause()).isSameAs(failure);
    }

    @Test
    void useAfterACloseThatFailedIsRefused() {
        Delegation delegation = new Delegation();
        Recording recording = new Recording(delegation);
        recording.closeFailure = new IOException("disk gone");
        FileChannel channel = Guarded.fileChannel(site, recording);
        assertThatThrownBy(channel::close).isInstanceOf(IOException.class);

        assertThatThrownBy(channel::size).isInstanceOf(ClosedChannelException.class);

        assertThat(delegation.calls()).isEmpty();
    }

    @Test
    void droppedChannelIsReported() throws IOException {
        try (FileChannel file = open()) {
            FileChannel channel = Guarded.fileChannel(site, file);

            site.table().forEach(LeakRecord::enqueue);
            test.registry.pump();

            assertThat(test.reports).extracting(LeakReport::evidence).containsExactly(Evidence.GC_PROVEN);
            assertThat(channel)
                    .hasToString("GuardedFileChannel[Guard['channel' acquired at GuardedFileChannelTest, closed]]");
        }
    }

    @Test
    void realFileIsReadAndWritten() throws IOException {
        try (FileChannel channel = Guarded.fileChannel(site, open())) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            channel.write(new ByteBuffer[] {ByteBuffer.wrap(new byte[] {4}), ByteBuffer.wrap(new byte[] {5})});
            ByteBuffer target = ByteBuffer.allocate(8);

            assertThat(channel.position(1).read(target)).isEqualTo(4);
            assertThat(target.array()).startsWith(2, 3, 4, 5);
            assertThat(channel.truncate(2)).isSameAs(channel);
            assertThat(channel.size()).isEqualTo(2);
            try (FileLock lock = channel.lock()) {
                assertThat(lock.isValid()).isTrue();
            }
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, 2);
            assertThat(mapped.get(1)).isEqualTo((byte) 2);
        }
    }

    private static final class Recording extends FileChannel {
        private final Delegation delegation;
        private IOException closeFailure;

        Recording(Delegation delegation) {
            this.delegation = delegation;
        }

        @Override
        public int read(ByteBuffer target) {
            return delegation.called(21, "read(ByteBuffer)", target);
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) {
            return delegation.called(22L, "read(ByteBuffer[],int,int)", targets, offset, length);
        }

        @Override
        public int read(ByteBuffer target, long position) {
            return delegation.called(23, "read(ByteBuffer,long)", target, position);
        }

        @Override
        public int write(ByteBuffer source) {
            return delegation.called(24, "write(ByteBuffer)", source);
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            return delegation.called(25L, "write(ByteBuffer[],int,int)", sources, offset, length);
        }

        @Override
        public int write(ByteBuffer source, long position) {
            return delegation.called(26, "write(ByteBuffer,long)", source, position);
        }

        @Override
        public long position() {
            return delegation.called(27L, "position()");
        }

        @Override
        public FileChannel position(long newPosition) {
            return delegation.called(this, "position(long)", newPosition);
        }

        @Override
        public long size() {
            return delegation.called(28L, "size()");
        }

        @Override
        public FileChannel truncate(long size) {
            return delegation.called(this, "truncate(long)", size);
        }

        @Override
        public void force(boolean metaData) {
            delegation.called(null, "force(boolean)", metaData);
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            return delegation.called(29L, "transferTo(long,long,WritableByteChannel)", position, count, target);
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            return delegation.called(30L, "transferFrom(ReadableByteChannel,long,long)", source, position, count);
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            return delegation.called(null, "map(MapMode,long,long)", mode, position, size);
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            return delegation.called(null, "lock(long,long,boolean)", position, size, shared);
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            return delegation.called(null, "tryLock(long,long,boolean)", position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            if (closeFailure != null) {
                throw closeFailure;
            }
        }
    }
}
