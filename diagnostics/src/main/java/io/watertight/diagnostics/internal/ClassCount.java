package io.watertight.diagnostics.internal;

/**
 * The instances of one class.
 *
 * @param className the name, as {@code com.acme.Session} or {@code byte[]}
 * @param count instances
 * @param bytes what they take themselves, without what they refer to
 */
public record ClassCount(String className, long count, long bytes) {}
