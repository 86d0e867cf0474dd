package io.watertight.guards;

import java.util.List;

/**
 * Something that keeps its own books of what it has handed out (a pool with its slots, an executor with its tasks), and
 * lists it here so that one snapshot shows everything. Held weakly by the registry: the component keeps it.
 */
@FunctionalInterface
public interface OutstandingSource {
    /**
     * Lists what is out now, by type and site. Must not block and must not call back into the registry.
     *
     * @return the entries; empty if nothing is out
     */
    List<Outstanding.Entry> outstanding();
}
