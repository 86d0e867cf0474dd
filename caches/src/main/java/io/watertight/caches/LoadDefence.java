package io.watertight.caches;

import java.time.Duration;

final class LoadDefence<K> {
    boolean isAbsent(K key) {
        return false;
    }

    void admit(K key) {}

    void loaded(K key) {}

    void absent(K key) {}

    LoadFailedException failed(K key, Throwable cause) {
        return new LoadFailedException("a load failed: " + cause, cause, Duration.ZERO);
    }

    void forget(K key) {}
}
