package io.watertight.concurrency;

import io.watertight.guards.Outstanding;
import io.watertight.guards.internal.Books;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The books of timers: what is pending, and a step now and then. */
final class TimerBooks implements Books.Keeper {
    private final Books books;
    final TimerCore core;
    /** The same, set last: a step may come before. */
    private volatile @Nullable TimerCore made;

    @SuppressWarnings("this-escape")
    TimerBooks(TimerSettings settings, BooksOpener opener) {
        this.books = opener.open(settings.name(), this);
        this.core = new TimerCore(settings, books.ticker(), books::close);
        this.made = core;
    }

    @Override
    public void step(boolean everything) {
        TimerCore timers = made;
        if (timers != null) {
            timers.step();
        }
    }

    @Override
    public void trackingChanged() {
        // Nothing is tracked one by one.
    }

    @Override
    public List<Outstanding.Entry> outstanding() {
        TimerCore timers = made;
        long pending = timers == null ? 0 : timers.wheel.pending();
        return pending == 0
                ? List.of()
                : List.of(new Outstanding.Entry(
                        books.detector().type(), books.common().label(), pending, 0, Duration.ZERO, 0));
    }
}
