package io.watertight.pools;

import io.watertight.guards.internal.Texts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the message that ends the search: why nobody got an object in time. */
final class TimeoutReport {
    private static final int MOST_HOLDERS = 50;

    private TimeoutReport() {}

    static PoolTimeoutException exception(PoolCore<?> core, long timeoutNanos) {
        int size;
        int alive;
        int creating;
        int waiting;
        int hung;
        boolean suspended;
        Throwable failure;
        core.lock.lock();
        try {
            size = core.dispatcher.target();
            alive = core.dispatcher.alive();
            creating = core.dispatcher.creating();
            waiting = core.dispatcher.waiting();
            hung = core.workers.hung();
            suspended = core.dispatcher.isSuspended();
            failure = core.workers.lastFailure();
        } finally {
            core.lock.unlock();
        }
        List<PoolHolder> holders = core.scan.holders();
        long self = Thread.currentThread().getId();
        long own = holders.stream().filter(holder -> holder.threadId() == self).count();
        StringBuilder text = new StringBuilder("pool '")
                .append(core.settings.name)
                .append("': no object within ")
                .append(Texts.time(timeoutNanos))
                .append(" (capacity=")
                .append(size)
                .append(", alive=")
                .append(alive)
                .append(", leased=")
                .append(holders.size())
                .append(", being made=")
                .append(creating)
                .append(", still waiting=")
                .append(waiting)
                .append(", abandoned=")
                .append(core.counters.abandoned.get())
                .append(')');
        lostPlaces(text, core);
        likelyCause(text, holders, own, suspended, hung, failure);
        holders.stream()
                .limit(MOST_HOLDERS)
                .forEach(holder -> text.append(System.lineSeparator())
                        .append("  #")
                        .append(holder.slot())
                        .append(' ')
                        .append(holder));
        if (holders.size() > MOST_HOLDERS) {
            text.append(System.lineSeparator())
                    .append("  and ")
                    .append(holders.size() - MOST_HOLDERS)
                    .append(" more");
        }
        return new PoolTimeoutException(text.toString(), failure, holders);
    }

    private static void lostPlaces(StringBuilder text, PoolCore<?> core) {
        int lost = core.table.count(Slot.LOST);
        if (lost > 0) {
            text.append("; ")
                    .append(lost)
                    .append(" places stay empty, because more leases were dropped than maxAbandoned (")
                    .append(core.settings.maxAbandoned)
                    .append(") allows for");
        }
    }

    private static void likelyCause(
            StringBuilder text,
            List<PoolHolder> holders,
            long own,
            boolean suspended,
            int hung,
            @Nullable Throwable failure) {
        if (own > 0) {
            text.append("; this thread itself holds ")
                    .append(own)
                    .append(" of them: give one back before you acquire another, or they wait for each other");
        }
        if (suspended) {
            text.append("; the pool is suspended: call resume()");
        }
        if (hung > 0) {
            text.append("; ").append(hung).append(" calls of the allocator hang");
        }
        if (failure != null) {
            text.append("; no object could be made: ").append(failure);
        } else if (holders.isEmpty()) {
            text.append("; nobody holds one, so they are still being made, checked or destroyed");
        } else if (own == 0 && !suspended && hung == 0) {
            text.append("; see who holds them, for how long, and where they were acquired");
        }
    }
}
