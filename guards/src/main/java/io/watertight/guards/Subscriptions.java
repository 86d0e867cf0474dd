package io.watertight.guards;

import com.google.errorprone.annotations.MustBeClosed;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A list of listeners that cannot only grow: it has a bound, each registration is a guard that is reported when it is
 * forgotten, and a listener can be bound to an owner with whom it goes.
 *
 * <p>Thread-safe. {@link #forEach} walks the listeners of the moment it began, outside all locks.
 *
 * @param <L> the listener
 */
public final class Subscriptions<L> {
    private final Tracker tracker;
    private final int maxListeners;
    private final AtomicInteger reserved = new AtomicInteger();
    private final List<Entry<L>> entries = new CopyOnWriteArrayList<>();

    /**
     * Makes an empty list.
     *
     * @param tracker where registrations are counted
     * @param maxListeners how many there may be at once
     * @throws IllegalArgumentException if {@code maxListeners} is not positive
     */
    public Subscriptions(Tracker tracker, int maxListeners) {
        this.tracker = Objects.requireNonNull(tracker, "tracker");
        if (maxListeners <= 0) {
            throw new IllegalArgumentException("maxListeners must be positive: " + maxListeners);
        }
        this.maxListeners = maxListeners;
    }

    /** A registered listener. Compared by identity: one listener may be added twice. */
    private interface Entry<L> {
        /** The listener; null if its owner is gone. */
        @Nullable
        L listener();

        boolean isGone();
    }

    private static final class Strong<L> implements Entry<L> {
        private final L listener;

        Strong(L listener) {
            this.listener = listener;
        }

        @Override
        public L listener() {
            return listener;
        }

        @Override
        public boolean isGone() {
            return false;
        }
    }

    private static final class OwnerBound<O, L> implements Entry<L> {
        private final WeakReference<O> owner;
        private final Function<? super O, ? extends L> view;

        OwnerBound(O owner, Function<? super O, ? extends L> view) {
            this.owner = new WeakReference<>(owner);
            this.view = view;
        }

        @Override
        public @Nullable L listener() {
            O alive = owner.get();
            return alive == null ? null : Objects.requireNonNull(view.apply(alive), "view must not return null");
        }

        @Override
        public boolean isGone() {
            return owner.refersTo(null);
        }
    }

    /**
     * Adds a listener until the returned guard is closed.
     *
     * @param listener the listener; held strongly
     * @return the registration
     * @throws IllegalStateException if there are {@code maxListeners} already
     */
    @MustBeClosed
    public Guard<L> subscribe(L listener) {
        Objects.requireNonNull(listener, "listener");
        Entry<L> entry = new Strong<>(listener);
        add(entry);
        return tracker.open(listener, removed -> remove(entry));
    }

    /**
     * Adds a listener that lasts as long as its owner: the owner is held weakly, and the listener is made from it for each
     * call and goes with it. Nothing needs to be closed.
     *
     * @param owner whose life bounds the registration
     * @param view makes the listener of the owner; must not capture the owner ({@code Screen::refresh}, not
     *     {@code this::refresh})
     * @param <O> the owner
     * @throws IllegalArgumentException if {@code view} holds the owner in a field; the message names it
     * @throws IllegalStateException if there are {@code maxListeners} already
     */
    public <O> void subscribeWeakly(O owner, Function<? super O, ? extends L> view) {
        SelfCapture.check(owner, view);
        add(new OwnerBound<>(owner, view));
    }

    private void add(Entry<L> entry) {
        if (reserved.incrementAndGet() > maxListeners) {
            removeGone();
            if (reserved.get() > maxListeners) {
                reserved.decrementAndGet();
                throw new IllegalStateException("subscriptions: no room for another listener (max=" + maxListeners
                        + "); listeners are added and never removed: close each subscription");
            }
        }
        entries.add(entry);
    }

    private void remove(Entry<L> entry) {
        if (entries.remove(entry)) {
            reserved.decrementAndGet();
        }
    }

    private void removeGone() {
        for (Entry<L> entry : entries) {
            if (entry.isGone()) {
                remove(entry);
            }
        }
    }

    /**
     * Calls each listener. What a call throws goes on to the caller, and the listeners after it are not called.
     *
     * @param call what to do with a listener
     */
    public void forEach(Consumer<? super L> call) {
        Objects.requireNonNull(call, "call");
        for (Entry<L> entry : entries) {
            L listener = entry.listener();
            if (listener == null) {
                remove(entry);
            } else {
                call.accept(listener);
            }
        }
    }

    /**
     * Counts the listeners.
     *
     * @return listeners registered now, those whose owner is gone not counted
     */
    public int size() {
        removeGone();
        return entries.size();
    }

    @Override
    public String toString() {
        return "Subscriptions[" + entries.size() + " of at most " + maxListeners + "]";
    }
}
