package io.watertight.caches;

import com.github.benmanes.caffeine.cache.AsyncCache;
import io.watertight.guards.LeakDetector;
import io.watertight.guards.Site;
import io.watertight.guards.internal.StandingBooks;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A cache of closeable values without threads: actors load and close. */
final class LeasedFixture {
    /** Far longer than anything here takes, and shorter than for ever: so that who is not woken is found. */
    static final long BOUND_NANOS = Duration.ofSeconds(20).toNanos();

    static final String KEY = "key";
    static final int LOADS = 4;
    private static final LoadDefence<String> DEFENCE =
            LoadDefence.<String>builder("jcstress").build();
    private static final LeakDetector DETECTOR = LeakDetector.of("jcstress cache");
    private static final Site SITE = DETECTOR.site("jcstress");
    private static final MethodHandle NEXT;
    private static final MethodHandle FINISHED;
    private static final MethodHandle CLOSE_ALL;
    private static final MethodHandle PLACES;
    private static final MethodHandle BEGIN;

    static {
        try {
            MethodHandles.Lookup open = MethodHandles.privateLookupIn(OpenValues.class, MethodHandles.lookup());
            NEXT = open.findVirtual(OpenValues.class, "next", MethodType.methodType(ValueHandle.class));
            FINISHED = open.findVirtual(
                    OpenValues.class,
                    "finished",
                    MethodType.methodType(void.class, ValueHandle.class, Throwable.class));
            CLOSE_ALL = open.findVirtual(OpenValues.class, "closeAll", MethodType.methodType(void.class));
            PLACES = open.findGetter(OpenValues.class, "places", Semaphore.class);
            BEGIN = MethodHandles.privateLookupIn(Loads.class, MethodHandles.lookup())
                    .findVirtual(
                            Loads.class,
                            "begin",
                            MethodType.methodType(
                                    Flight.class, Object.class, CacheLoader.class, int.class, long.class));
        } catch (ReflectiveOperationException failure) {
            throw new ExceptionInInitializerError(failure);
        }
    }

    /** A value. */
    static final class Thing {
        final AtomicInteger closes = new AtomicInteger();

        void close() {
            closes.incrementAndGet();
        }

        /** Uses it, which takes a while. */
        String use() {
            LeasedFixture.dawdle();
            return closes.get() == 0 ? "open" : "closed";
        }
    }

    // Racy: nobody reads it.
    private static @Nullable Throwable dawdled;

    final LeasedCore<String, Thing> core;
    final Thing thing = new Thing();
    private final int maxOpen;
    private final Deque<Runnable> started = new ArrayDeque<>(2);

    LeasedFixture() {
        this(100);
    }

    LeasedFixture(int maxOpen) {
        this.maxOpen = maxOpen;
        this.core = new LeasedCore<>(
                new LeasedSettings<>(
                        "jcstress",
                        100,
                        null,
                        loading(this::start),
                        maxOpen,
                        0,
                        BOUND_NANOS,
                        LeftoverPolicy.ABANDON,
                        Thing::close,
                        0,
                        false,
                        0,
                        0),
                new StandingBooks(DETECTOR, SITE) {}::opened);
    }

    static LoadSettings<String> loading(Executor executor) {
        return new LoadSettings<>("jcstress", () -> 0, BOUND_NANOS, LOADS, DEFENCE, executor);
    }

    private void start(Runnable run) {
        synchronized (started) {
            started.add(run);
        }
    }

    /** Does what the thread of the next load does; nothing if there is none. */
    void load() {
        Runnable run;
        synchronized (started) {
            run = started.poll();
        }
        if (run != null) {
            run.run();
        }
    }

    /** Begins a load of the key, for one party. */
    @SuppressWarnings("unchecked")
    Flight<ValueHandle<Thing>> begin(CacheLoader<String, Thing> loader) {
        try {
            return (Flight<ValueHandle<Thing>>) (Flight<?>) BEGIN.invoke(core.loads, KEY, loader, 0, BOUND_NANOS);
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    /** Loads {@link #thing}, which takes a while. */
    Thing made(String key, CacheLoad load) {
        dawdle();
        return thing;
    }

    void reserve() {
        try {
            core.open.reserve(BOUND_NANOS);
        } catch (InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    void put(Thing value) {
        try {
            core.put(KEY, value);
        } catch (InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    /** The handle of {@link #thing}, which the cache has, and the caller holds once. */
    ValueHandle<Thing> held() {
        reserve();
        return core.adopt(KEY, thing, 0);
    }

    /** The same, held so many times, and dropped by the cache. */
    ValueHandle<Thing> zombie(int holds) {
        ValueHandle<Thing> handle = held();
        handle.acquireMore(holds - 1);
        handle.retire();
        return handle;
    }

    /** Does what the threads do that close values, until there is nothing to close. */
    synchronized void closeAll() {
        try {
            while (core.open.now().toClose() > 0) {
                @SuppressWarnings("unchecked")
                ValueHandle<Thing> handle = (ValueHandle<Thing>) (ValueHandle<?>) NEXT.invoke(core.open);
                core.closeValue(handle);
                handle.value = null;
                FINISHED.invoke(core.open, handle, null);
            }
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    /** Does what one thread does that closes values, until it ends. */
    void runCloser() {
        try {
            CLOSE_ALL.invoke(core.open);
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    /** A map in which there is nothing until somebody begins to load: then somebody else was first. */
    @SuppressWarnings("unchecked")
    static AsyncCache<String, String> mapWithOther(String other) {
        return (AsyncCache<String, String>) Proxy.newProxyInstance(
                LeasedFixture.class.getClassLoader(), new Class<?>[] {AsyncCache.class}, new InvocationHandler() {
                    private boolean begun;

                    @Override
                    public @Nullable Object invoke(Object proxy, Method method, Object[] arguments) {
                        boolean begins = method.getName().equals("get");
                        begun |= begins;
                        if (begins) {
                            dawdleLong();
                        }
                        return begun ? CompletableFuture.completedFuture(other) : null;
                    }
                });
    }

    /** Entries that need a place, and nothing else. */
    static LoadHost<String, String, String> host(Semaphore places) {
        return new LoadHost<>() {
            @Override
            public String adopt(String key, String value, long timeToLiveNanos) {
                return value;
            }

            @Override
            public void holdMore(String entry, int times) {}

            @Override
            public boolean tryHold(String entry) {
                return true;
            }

            @Override
            public void release(String entry) {}

            @Override
            public void discard(String entry) {}

            @Override
            public void reserve(long timeoutNanos) throws InterruptedException {
                places.acquire();
            }

            @Override
            public void unreserve() {
                places.release();
            }

            @Override
            public long checkTimeToLive(Duration timeToLive) {
                return 0;
            }
        };
    }

    /** Detaches, and says what became of it. */
    static String detach(Hold<Thing> hold) {
        try {
            hold.detach();
            hold.detached();
            return "detached";
        } catch (IllegalStateException refused) {
            return "refused";
        }
    }

    /** Says whether everything adds up once nobody has anything any more: closes the cache. */
    String audit() {
        core.beginClose();
        closeAll();
        return places();
    }

    /** Says whether nothing is open, and nothing in flight, and all places are free. */
    String places() {
        int free;
        try {
            free = ((Semaphore) PLACES.invoke(core.open)).availablePermits();
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
        OpenValues.Counts now = core.open.now();
        boolean sound = free == maxOpen
                && now.equals(new OpenValues.Counts(0, 0, 0, 0, 0, 0))
                && core.open.isEmpty()
                && core.loads.inFlight() == 0;
        return sound
                ? "sound"
                : now + ", " + free + " of " + maxOpen + " free, " + core.loads.inFlight() + " in flight";
    }

    /** Lets as much time pass as closing takes. */
    static void dawdleLong() {
        for (int i = 0; i < 4; i++) {
            dawdle();
        }
    }

    /** Lets time pass between two steps. */
    static void dawdle() {
        dawdled = new Throwable();
    }
}
