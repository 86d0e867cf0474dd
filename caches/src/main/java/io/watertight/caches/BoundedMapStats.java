package io.watertight.caches;

/**
 * The numbers of a {@link BoundedMap} at one moment; while others use it, they need not add up.
 *
 * @param name the name of the map
 * @param size its entries
 * @param weight the weight of its entries; the same as their number where none was declared
 * @param bound how much weight, or how many entries, there may be
 * @param evicted entries that had to make room
 * @param expired entries whose time was over
 */
public record BoundedMapStats(String name, long size, long weight, long bound, long evicted, long expired) {}
