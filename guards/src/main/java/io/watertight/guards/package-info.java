/** Handles that run their cleanup exactly once, and that are reported with their place of birth when forgotten. */
@NullMarked
package io.watertight.guards;

import org.jspecify.annotations.NullMarked;
