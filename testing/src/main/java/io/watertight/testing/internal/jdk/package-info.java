/** Finds resources of the JDK that a test opened and nobody closed, without a change to the code under test. */
@NullMarked
package io.watertight.testing.internal.jdk;

import org.jspecify.annotations.NullMarked;
