/** The leak clinic: small programs that leak, and the same programs fixed. */
@NullMarked
package io.watertight.examples;

import org.jspecify.annotations.NullMarked;
