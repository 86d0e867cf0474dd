package io.watertight.pools;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** No object came free in time. The message lists who holds them; the cause is why no more could be made, if that failed. */
public final class PoolTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient @Nullable List<PoolHolder> holders;

    PoolTimeoutException(String message, @Nullable Throwable cause, List<PoolHolder> holders) {
        super(message, cause);
        this.holders = holders;
    }

    /**
     * Returns who held the objects when the time was over.
     *
     * @return the holders, the oldest first
     */
    public List<PoolHolder> holders() {
        return holders == null ? List.of() : holders;
    }
}
