package io.watertight.concurrency;

import java.util.concurrent.CancellationException;

/** What children are cancelled with when their scope has its outcome, or is closed. That is how each scope ends: no stack. */
final class ScopeEndedException extends CancellationException {
    private static final long serialVersionUID = 1;

    private final String scope;
    private final String what;

    ScopeEndedException(String scope, String what) {
        this.scope = scope;
        this.what = what;
    }

    @Override
    public String getMessage() {
        return "scope '" + scope + "': " + what;
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // it guards nothing
    public Throwable fillInStackTrace() {
        return this;
    }
}
