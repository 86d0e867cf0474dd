package io.watertight.guards;

/**
 * What a guard must not be: it runs the cleanup first and decides who closed afterwards, and nothing keeps it reachable in
 * between. Compiled code has no use for it while the cleanup runs, so the collector may find it dropped.
 */
final class UnfencedHandle {
    private final LeakRecord record;
    private final Runnable cleanup;

    @SuppressWarnings("this-escape")
    UnfencedHandle(Site site, Runnable cleanup) {
        Thread thread = Thread.currentThread();
        this.cleanup = cleanup;
        this.record = new LeakRecord(
                this, site.registry().queue, site.registry().clock.tick(), thread);
        site.table().link(record, thread);
    }

    void close() {
        LeakRecord mine = record;
        cleanup.run();
        if (mine.transition(LeakRecord.OPEN, LeakRecord.CLOSING) != -1) {
            mine.finish(LeakRecord.CLOSED);
            mine.segment().remove(mine);
        }
    }
}
