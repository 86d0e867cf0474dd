package io.watertight.caches;

/**
 * Says of what kind a key is, as a short text that many keys share: {@code "session:<uuid>"}, not the session.
 *
 * <p>A shape is logged and shown to people, so it must not contain what identifies anybody. It is cut after 48 characters.
 * Must be thread-safe and quick, and must not use the map.
 *
 * @param <K> the keys
 */
@FunctionalInterface
public interface KeyShape<K> {
    /**
     * Describes a key.
     *
     * @param key the key
     * @return its shape. A shape that could not be made, because an exception was thrown, is counted as one of its own
     */
    String of(K key);

    /**
     * Returns the shape for keys of which nothing else is known. Of a string it keeps words and what separates them, and
     * replaces what looks like an identity: runs of digits by {@code #}, UUIDs by {@code <uuid>}, eight and more hexadecimal
     * digits by {@code <hex>}, mail addresses by {@code <mail>}, and other mixtures of letters and digits, and overlong words,
     * by {@code <id>}. So {@code "user:42:cart"} becomes {@code "user:#:cart"}. It cannot know that a word is somebody's name:
     * where keys are made of names, give a shape of your own. Of all other keys it is the simple name of the class.
     *
     * @return the standard shape
     */
    static KeyShape<Object> standard() {
        return StandardKeyShape.INSTANCE;
    }
}
