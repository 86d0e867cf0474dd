package io.watertight.caches;

import java.time.Duration;

/**
 * Says that the keys of one shape grow faster than the others.
 *
 * @param profile the name of the profile
 * @param shape what grows
 * @param gained by how many, in this window
 * @param share of what all shapes gained; 0 to 1
 * @param medianOfOthers what the shape in the middle of the others gained
 * @param elapsed how much of the window has passed
 */
public record KeyAlert(
        String profile, String shape, long gained, double share, long medianOfOthers, Duration elapsed) {}
