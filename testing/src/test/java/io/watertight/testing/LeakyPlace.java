package io.watertight.testing;

import org.junit.platform.engine.UniqueId;

/** Short names for what an engine runs. */
final class LeakyPlace {
    private LeakyPlace() {}

    /** {@code Fixture}, {@code Fixture.method}, {@code Fixture.Nested.method}, {@code Fixture.method[#1]}, or {@code run}. */
    static String of(UniqueId id) {
        StringBuilder place = new StringBuilder();
        for (UniqueId.Segment segment : id.getSegments()) {
            String value = segment.getValue();
            switch (segment.getType()) {
                case "engine" -> {}
                case "class" ->
                    place.append(value.substring(Math.max(value.lastIndexOf('$'), value.lastIndexOf('.')) + 1));
                case "nested-class" -> place.append('.').append(value);
                case "method", "test-factory", "test-template" ->
                    place.append('.').append(value, 0, value.indexOf('('));
                default -> place.append('[').append(value).append(']');
            }
        }
        return place.isEmpty() ? "run" : place.toString();
    }
}
