/** Reads heap dumps of this JVM: who holds an object, what it keeps alive, and what grows. For the modules of this house. */
@NullMarked
package io.watertight.diagnostics.internal;

import org.jspecify.annotations.NullMarked;
