package io.watertight.diagnostics;

import io.watertight.diagnostics.ThreadProfile.Group;
import io.watertight.diagnostics.ThreadProfile.Member;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects threads, each one with its stack, into groups that stand at the same place. */
final class ThreadGrouping {
    private final Map<Place, List<Member>> places = new LinkedHashMap<>();
    private final Map<String, String> frames = new LinkedHashMap<>();

    private record Place(boolean isVirtual, String state, List<String> stack) {}

    void add(boolean isVirtual, String state, List<String> stack, Member member) {
        // equal frames become the same string: a hundred thousand threads stand at a few dozen lines
        List<String> shared = stack.stream()
                .map(frame -> frames.computeIfAbsent(frame, same -> same))
                .toList();
        places.computeIfAbsent(new Place(isVirtual, state, shared), place -> new ArrayList<>())
                .add(member);
    }

    List<Group> groups() {
        List<Group> groups = new ArrayList<>();
        places.forEach((place, members) -> groups.add(new Group(place.isVirtual, place.state, place.stack, members)));
        return groups;
    }
}
