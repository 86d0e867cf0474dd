/** Profiles of threads and of the heap. */
@NullMarked
package io.watertight.diagnostics;

import org.jspecify.annotations.NullMarked;
