package io.watertight.benchmarks;

import io.watertight.benchmarks.Contest.Figure;
import io.watertight.concurrency.CancelSource;
import io.watertight.concurrency.CancelToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** What code pays for being cancellable: it asks now and then, or has something done on cancellation. */
final class TokenContests {
    private static final int LOOKS = 100_000;
    private static final int CALLBACKS = 1_000;
    private static final int OTHERS = 8;

    private TokenContests() {}

    static List<Contest> all() {
        return List.of(
                new Contest("token-look", "asked whether it is cancelled")
                        .measures(Figure.WALL, Figure.CALLER, Figure.CALLER_BYTES)
                        .compares(Figure.CALLER)
                        .row("**Watertight**", () -> looking(0))
                        .row("Watertight, a child's child", () -> looking(2))
                        .peer("AtomicBoolean", () -> looking(new AtomicBoolean()))
                        .row(
                                "Thread.isInterrupted",
                                () -> new Looking(() -> Thread.currentThread().isInterrupted(), () -> {})),
                new Contest("token-callback", "a callback added and removed, beside " + OTHERS + " others")
                        .measures(Figure.WALL, Figure.CALLER, Figure.CALLER_BYTES)
                        .compares(Figure.CALLER)
                        .row("**Watertight**", () -> registering(0))
                        .row("Watertight, a child's child", () -> registering(2))
                        .peer("a set in a ConcurrentHashMap", TokenContests::set)
                        .row("CopyOnWriteArrayList", TokenContests::list));
    }

    /** A source whose token has so many ancestors, which are the first in the list. */
    private static List<CancelSource> sources(int ancestors) {
        List<CancelSource> sources = new ArrayList<>(List.of(new CancelSource()));
        for (int i = 0; i < ancestors; i++) {
            sources.add(new CancelSource(sources.get(i).token()));
        }
        return sources;
    }

    private static void close(List<CancelSource> sources) {
        for (int i = sources.size() - 1; i >= 0; i--) {
            sources.get(i).close();
        }
    }

    private static Contender looking(int ancestors) {
        List<CancelSource> sources = sources(ancestors);
        CancelToken token = sources.get(ancestors).token();
        return new Looking(token::isCancelled, () -> close(sources));
    }

    private static Contender looking(AtomicBoolean cancelled) {
        return new Looking(cancelled::get, () -> {});
    }

    private static Contender registering(int ancestors) {
        List<CancelSource> sources = sources(ancestors);
        CancelToken token = sources.get(ancestors).token();
        return new Registering(
                callback -> {
                    CancelToken.Registration registration = token.onCancel(callback);
                    return registration::unregister;
                },
                () -> close(sources));
    }

    private static Contender set() {
        Set<Runnable> callbacks = ConcurrentHashMap.newKeySet();
        return new Registering(
                callback -> {
                    callbacks.add(callback);
                    return () -> callbacks.remove(callback);
                },
                () -> {});
    }

    private static Contender list() {
        List<Runnable> callbacks = new CopyOnWriteArrayList<>();
        return new Registering(
                callback -> {
                    callbacks.add(callback);
                    return () -> callbacks.remove(callback);
                },
                () -> {});
    }

    private record Looking(BooleanSupplier isCancelled, AutoCloseable end) implements Contender {
        @Override
        public int operations() {
            return LOOKS;
        }

        @Override
        public int run() {
            int going = 0;
            for (int i = 0; i < LOOKS; i++) {
                going += isCancelled.getAsBoolean() ? 0 : 1;
            }
            return going;
        }

        @Override
        public void close() throws Exception {
            end.close();
        }
    }

    /** Adds a callback; what is returned removes it, and says whether it was there. */
    private interface Registrar {
        BooleanSupplier add(Runnable callback);
    }

    private static final class Registering implements Contender {
        private final Registrar registrar;
        private final AutoCloseable end;
        private final List<BooleanSupplier> others = new ArrayList<>();

        Registering(Registrar registrar, AutoCloseable end) {
            this.registrar = registrar;
            this.end = end;
            for (int i = 0; i < OTHERS; i++) {
                others.add(registrar.add(new Callback()));
            }
        }

        @Override
        public int operations() {
            return CALLBACKS;
        }

        @Override
        public int run() {
            int removed = 0;
            Runnable callback = new Callback();
            for (int i = 0; i < CALLBACKS; i++) {
                removed += registrar.add(callback).getAsBoolean() ? 1 : 0;
            }
            return removed;
        }

        @Override
        public void close() throws Exception {
            others.forEach(BooleanSupplier::getAsBoolean);
            end.close();
        }
    }

    /** Each is another object. */
    private static final class Callback implements Runnable {
        @Override
        public void run() {}
    }
}
