package io.watertight.caches;

import java.util.Objects;

/** How messages name a component. */
final class Names {
    private Names() {}

    static String checked(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("name must not be blank: it is how messages name the map");
        }
        return name;
    }
}
