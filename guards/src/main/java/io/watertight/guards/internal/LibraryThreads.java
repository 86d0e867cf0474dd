package io.watertight.guards.internal;

import java.security.AccessController;
import java.security.PrivilegedAction;

/** Makes the daemon threads of this library so that they inherit nothing of the thread that happened to need them. */
public final class LibraryThreads {
    private LibraryThreads() {}

    /**
     * Makes a thread with no context class loader, no inherited thread-locals, the outermost thread group, and no access
     * control context but this library's own: on 17 that context would pin the class loaders on the creator's stack.
     *
     * @param name its name
     * @param body what it runs
     * @return the thread, not started
     */
    @SuppressWarnings("removal") // the only way to shed the inherited context before 24, where it is gone
    public static Thread daemon(String name, Runnable body) {
        return AccessController.doPrivileged((PrivilegedAction<Thread>) () -> {
            ThreadGroup group = Thread.currentThread().getThreadGroup();
            while (group.getParent() != null) {
                group = group.getParent();
            }
            Thread thread = new Thread(group, body, name, 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            return thread;
        });
    }

    /**
     * Waits for a thread to end, unless it is the caller; an interrupt is kept and the wait goes on.
     *
     * @param thread the thread
     */
    public static void join(Thread thread) {
        boolean interrupted = false;
        while (thread != Thread.currentThread() && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException remembered) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
