package io.watertight.diagnostics.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A first-in first-out queue of int that takes memory for what is in it, not for all that has ever been. */
final class IntQueue {
    private static final int CHUNK = 1 << 13;

    private final Deque<int[]> chunks = new ArrayDeque<>();
    private int @Nullable [] spare;
    private int[] tail = {};
    private int tailSize;
    private int headNext;
    private long size;

    void add(int value) {
        if (chunks.isEmpty() || tailSize == CHUNK) {
            tail = spare == null ? new int[CHUNK] : spare;
            spare = null;
            tailSize = 0;
            chunks.addLast(tail);
        }
        tail[tailSize++] = value;
        size++;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int take() {
        int[] head = chunks.element();
        int value = head[headNext++];
        size--;
        if (headNext == CHUNK) {
            spare = chunks.remove();
            headNext = 0;
        }
        return value;
    }
}
