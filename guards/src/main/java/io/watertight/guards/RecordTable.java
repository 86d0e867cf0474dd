package io.watertight.guards;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The open records of one site, striped by thread so that two threads rarely touch the same memory.
 *
 * <p>A stripe is a list of segments. A record goes to the slot freed last, else to the next free slot of the current
 * segment, else to another segment that is at least a quarter free, else to a new one. So linking takes a bounded number
 * of steps on average and a table holds at most a small multiple of the slots it once needed; empty segments are taken
 * out by the sweep. All operations are lock-free and may run at once, except {@link #trim()} and {@link #count()},
 * whose callers hold the registry's step lock.
 */
final class RecordTable {
    /*
     * field              read       write
     * stripes[i]         acquire    CAS null -> stripe
     * Stripe.segments    acquire    CAS push by openers; trim unlinks under the step lock, by CAS at the head
     * Stripe.current     plain      plain           Racy: any segment in the list serves, a sealed one takes nothing
     * Stripe.candidate   plain      plain           Racy: only decides which segment is looked at next
     * Segment.next       plain      plain before the push; trim, under the step lock
     *
     * Readers walk `next` while trim changes it. trim unlinks only a sealed, hence empty, segment, and leaves that
     * segment's own `next` as it is: a reader standing on it walks on to the rest of the list and has missed nothing.
     */
    static final int STRIPES = stripeCount(Runtime.getRuntime().availableProcessors());
    static final int FIRST_SLOTS = 32;
    private static final int LARGEST_SLOTS = 4096;
    private static final int STRIPE_SHIFT = Integer.SIZE - Integer.numberOfTrailingZeros(STRIPES);
    private static final int GOLDEN = 0x9E3779B9;

    private static final VarHandle STRIPE = MethodHandles.arrayElementVarHandle(Stripe[].class);
    private static final VarHandle SEGMENTS;

    static {
        try {
            SEGMENTS = MethodHandles.lookup().findVarHandle(Stripe.class, "segments", Segment.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Site site;
    private final @Nullable Stripe[] stripes = new Stripe[STRIPES];
    /** Exits of segments that were taken out. Guarded by the step lock. */
    private long trimmedExits;

    RecordTable(Site site) {
        this.site = site;
    }

    private static int stripeCount(int processors) {
        int wanted = Math.min(256, Math.max(16, 4 * processors));
        return Integer.highestOneBit(2 * wanted - 1);
    }

    /** Spreads thread ids, which are consecutive, over the stripes. */
    static int stripeOf(Thread thread) {
        return ((int) thread.getId() * GOLDEN) >>> STRIPE_SHIFT;
    }

    /** Publishes a record. On return it is visible to every sweep that begins later. */
    void link(LeakRecord record, Thread thread) {
        int index = stripeOf(thread);
        Stripe stripe = (Stripe) STRIPE.getAcquire(stripes, index);
        if (stripe == null || !stripe.current.offerAtHint(record)) {
            linkSlowly(record, stripe == null ? stripe(index) : stripe);
        }
    }

    private void linkSlowly(LeakRecord record, Stripe stripe) {
        while (!stripe.current.offerFromCursor(record)) {
            nextSegment(stripe);
        }
    }

    private Stripe stripe(int index) {
        Stripe fresh = new Stripe(new Segment(site, FIRST_SLOTS, true));
        site.sampleExemplar();
        Stripe present = (Stripe) STRIPE.compareAndExchange(stripes, index, (Stripe) null, fresh);
        return present == null ? fresh : present;
    }

    /** Looks at one other segment, and takes it if a quarter is free; else adds one. */
    private void nextSegment(Stripe stripe) {
        Segment candidate = stripe.candidate;
        if (candidate == null) {
            candidate = stripe.segmentsAcquire();
        }
        stripe.candidate = candidate.next;
        if (candidate.free() * 4 < candidate.size()) {
            candidate = push(stripe, Math.min(LARGEST_SLOTS, 2 * stripe.current.size()));
        }
        candidate.rewind();
        stripe.current = candidate;
    }

    private Segment push(Stripe stripe, int slots) {
        Segment fresh = new Segment(site, slots, false);
        Segment head;
        do {
            head = stripe.segmentsAcquire();
            fresh.next = head;
        } while (!SEGMENTS.compareAndSet(stripe, head, fresh));
        return fresh;
    }

    /** Calls the visitor with each record that is linked throughout the walk, and with some of the others. */
    void forEach(Consumer<LeakRecord> visitor) {
        forEachSegment(segment -> {
            for (int index = 0; index < segment.size(); index++) {
                LeakRecord record = segment.at(index);
                if (record != null) {
                    visitor.accept(record);
                }
            }
        });
    }

    /** True if no record that was linked before this call is linked still. */
    boolean isEmpty() {
        return !anySegment(segment -> !segment.isEmpty());
    }

    /** How many records have left, and what is still linked. The caller holds the step lock. */
    Count count() {
        Count count = new Count();
        count.exits = trimmedExits;
        forEachSegment(count::add);
        return count;
    }

    /** How many slots there are. */
    int slots() {
        int[] slots = {0};
        forEachSegment(segment -> slots[0] += segment.size());
        return slots[0];
    }

    private void forEachSegment(Consumer<Segment> visitor) {
        anySegment(segment -> {
            visitor.accept(segment);
            return false;
        });
    }

    /** Walks the segments of all stripes up to the first that satisfies the condition. */
    private boolean anySegment(Predicate<Segment> condition) {
        for (int i = 0; i < STRIPES; i++) {
            Stripe stripe = (Stripe) STRIPE.getAcquire(stripes, i);
            for (Segment segment = stripe == null ? null : stripe.segmentsAcquire();
                    segment != null;
                    segment = segment.next) {
                if (condition.test(segment)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Takes empty segments out, but for each stripe's first. The caller holds the step lock. */
    void trim() {
        for (int i = 0; i < STRIPES; i++) {
            Stripe stripe = (Stripe) STRIPE.getAcquire(stripes, i);
            if (stripe != null) {
                trim(stripe);
            }
        }
    }

    private void trim(Stripe stripe) {
        Segment previous = null;
        for (Segment segment = stripe.segmentsAcquire(); segment != null; segment = segment.next) {
            boolean idle = !segment.isFirst() && segment != stripe.current && segment.free() == segment.size();
            if (!idle || !segment.seal() || !unlink(stripe, previous, segment)) {
                previous = segment;
            }
        }
    }

    /** Unlinks a sealed segment; false if openers pushed at the head meanwhile: the next sweep finds it sealed. */
    private boolean unlink(Stripe stripe, @Nullable Segment previous, Segment sealed) {
        if (stripe.candidate == sealed) {
            stripe.candidate = null;
        }
        if (previous != null) {
            previous.next = sealed.next;
        } else if (!SEGMENTS.compareAndSet(stripe, sealed, sealed.next)) {
            sealed.unseal();
            return false;
        }
        trimmedExits += sealed.sharedExits();
        return true;
    }

    /** One stripe. */
    private static final class Stripe {
        Segment current;

        @Nullable
        Segment candidate;

        @SuppressWarnings("UnusedVariable") // read through SEGMENTS
        private Segment segments;

        Stripe(Segment first) {
            this.segments = first;
            this.current = first;
        }

        Segment segmentsAcquire() {
            return (Segment) SEGMENTS.getAcquire(this);
        }
    }

    /** A count in progress, and then its result. */
    static final class Count {
        private static final int TRIES = 4;

        long exits;
        long outstanding;
        long bytes;

        private void add(Segment segment) {
            exits += segment.sharedExits();
            for (int index = 0; index < segment.size(); index++) {
                LeakRecord record = null;
                long left = 0;
                for (int attempt = 0; attempt < TRIES; attempt++) {
                    left = segment.exitsAt(index);
                    record = segment.at(index);
                    if (left == segment.exitsAt(index)) {
                        break;
                    }
                }
                exits += left;
                if (record != null) {
                    outstanding++;
                    bytes += record.bytes();
                }
            }
        }
    }
}
