package io.watertight.testing;

/**
 * One line that allocates objects of one class.
 *
 * @param type the class, as in source code: {@code byte[]}, {@code java.lang.Object}
 * @param line class, method and line of the innermost frame outside the JDK, and the method of the JDK it allocated through
 * @param allocationsPerOperation how many objects, per operation
 * @param bytesPerOperation how many bytes, per operation
 */
public record AllocationSite(String type, String line, double allocationsPerOperation, double bytesPerOperation) {}
