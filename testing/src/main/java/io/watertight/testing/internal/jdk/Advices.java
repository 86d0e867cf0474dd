package io.watertight.testing.internal.jdk;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/**
 * The code that is copied into the JDK. It may use nothing but the JDK, reads a callback once, because it may go away between
 * two reads, and relies on callbacks that never throw.
 */
final class Advices {
    private Advices() {}

    /** A parameter that stands for the field of {@link BootCallbacks} for opened resources. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    @interface Opened {}

    /** A parameter that stands for the field of {@link BootCallbacks} for closed resources. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    @interface Closed {}

    /** A parameter that stands for the field of {@link BootCallbacks} for HTTP exchanges. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    @interface Exchanged {}

    /** A parameter that stands for the name of the {@link Kind}. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.PARAMETER)
    @interface KindName {}

    static final class Constructed {
        private Constructed() {}

        @Advice.OnMethodExit
        static void exit(
                @Advice.This Object self,
                @Opened @Nullable BiConsumer<Object, Object> callback,
                @KindName String kind) {
            BiConsumer<Object, Object> opened = callback;
            if (opened != null) {
                opened.accept(self, kind);
            }
        }
    }

    static final class ChannelConstructed {
        private ChannelConstructed() {}

        @Advice.OnMethodExit
        static void exit(
                @Advice.This Object self,
                @Advice.FieldValue("parent") @Nullable Object parent,
                @Opened @Nullable BiConsumer<Object, Object> callback,
                @KindName String kind) {
            BiConsumer<Object, Object> opened = callback;
            if (opened != null && parent == null) {
                opened.accept(self, kind);
            }
        }
    }

    static final class BodyConstructed {
        private BodyConstructed() {}

        /** The class is an inner one: argument 0 is the connection. */
        @Advice.OnMethodExit
        static void exit(
                @Advice.This Object self,
                @Advice.Argument(1) Object source,
                @Opened @Nullable BiConsumer<Object, Object> callback,
                @KindName String kind) {
            BiConsumer<Object, Object> opened = callback;
            if (opened != null && !source.getClass().getName().endsWith("EmptyInputStream")) {
                opened.accept(self, kind);
            }
        }
    }

    static final class SocketCreated {
        private SocketCreated() {}

        @Advice.OnMethodExit
        static void exit(
                @Advice.This Object self,
                @Advice.FieldValue("server") boolean server,
                @Opened @Nullable BiConsumer<Object, Object> callback) {
            BiConsumer<Object, Object> opened = callback;
            if (opened != null) {
                opened.accept(self, server ? "SERVER_SOCKET" : "SOCKET");
            }
        }
    }

    static final class Accepted {
        private Accepted() {}

        @Advice.OnMethodExit
        static void exit(
                @Advice.Argument(0) Object socket,
                @Opened @Nullable BiConsumer<Object, Object> callback,
                @KindName String kind) {
            BiConsumer<Object, Object> opened = callback;
            if (opened != null) {
                opened.accept(socket, kind);
            }
        }
    }

    static final class Returned {
        private Returned() {}

        @Advice.OnMethodExit
        static void exit(
                @Advice.Return Object result,
                @Opened @Nullable BiConsumer<Object, Object> callback,
                @KindName String kind) {
            BiConsumer<Object, Object> opened = callback;
            if (opened != null) {
                opened.accept(result, kind);
            }
        }
    }

    static final class ExchangeConstructed {
        private ExchangeConstructed() {}

        @Advice.OnMethodExit
        static void exit(@Advice.This Object self, @Exchanged @Nullable BiConsumer<Object, Object> callback) {
            BiConsumer<Object, Object> exchanged = callback;
            if (exchanged != null) {
                exchanged.accept(self, "");
            }
        }
    }

    static final class ExchangeReturned {
        private ExchangeReturned() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return Object response, @Exchanged @Nullable BiConsumer<Object, Object> callback) {
            BiConsumer<Object, Object> exchanged = callback;
            if (exchanged != null) {
                exchanged.accept(response, "");
            }
        }
    }

    static final class ExchangeStarted {
        private ExchangeStarted() {}

        @Advice.OnMethodExit
        static void exit(
                @Advice.Return Object future,
                @Advice.Argument(1) Object bodyHandler,
                @Exchanged @Nullable BiConsumer<Object, Object> callback) {
            BiConsumer<Object, Object> exchanged = callback;
            if (exchanged != null) {
                exchanged.accept(future, bodyHandler);
            }
        }
    }

    static final class Called {
        private Called() {}

        @Advice.OnMethodEnter
        static void enter(@Advice.This Object self, @Closed @Nullable Consumer<Object> callback) {
            Consumer<Object> closed = callback;
            if (closed != null) {
                closed.accept(self);
            }
        }
    }

    static final class EndOfStream {
        private EndOfStream() {}

        @Advice.OnMethodExit
        static void exit(
                @Advice.This Object self, @Advice.Return int count, @Closed @Nullable Consumer<Object> callback) {
            if (count == -1) {
                Consumer<Object> closed = callback;
                if (closed != null) {
                    closed.accept(self);
                }
            }
        }
    }
}
