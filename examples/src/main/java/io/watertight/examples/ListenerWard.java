package io.watertight.examples;

import io.watertight.guards.Guard;
import io.watertight.guards.Subscriptions;

/** A screen that listens to news and is thrown away without unsubscribing. */
final class ListenerWard implements Ward {
    private static final int MAX_LISTENERS = 10;

    @Override
    public String pattern() {
        return "listener never removed";
    }

    @Override
    public String story() {
        return "A screen subscribes to the news, is thrown away, and goes on being called.";
    }

    @Override
    public String type() {
        return "news subscription";
    }

    /** What shows the news. */
    private static final class Screen implements Runnable {
        @Override
        public void run() {
            // Would show the news.
        }
    }

    @Override
    public void leak(Room room) {
        Subscriptions<Runnable> news = new Subscriptions<>(room.detector(), MAX_LISTENERS);
        openScreenAndForget(room, news);
        see(room, news);
    }

    @SuppressWarnings("MustBeClosedChecker") // the leak
    private static void openScreenAndForget(Room room, Subscriptions<Runnable> news) {
        Guard<Runnable> subscription = news.subscribe(room.here(new Screen()));
        subscription.get().run();
    }

    @Override
    public void fix(Room room) {
        Subscriptions<Runnable> news = new Subscriptions<>(room.detector(), MAX_LISTENERS);
        try (Guard<Runnable> subscription = news.subscribe(room.here(new Screen()))) {
            subscription.get().run();
        }
        openScreenThatTakesItsSubscriptionAlong(news);
        see(room, news);
    }

    private static void openScreenThatTakesItsSubscriptionAlong(Subscriptions<Runnable> news) {
        news.subscribeWeakly(new Screen(), screen -> screen);
    }

    private static void see(Room room, Subscriptions<Runnable> news) {
        Patience.collect();
        int left = news.size();
        room.see(left > 0, "listeners left without a screen: " + left);
    }
}
