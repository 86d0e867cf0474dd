/** What the other modules of Watertight share with guards; not for users, and free to change in any release. */
@NullMarked
package io.watertight.guards.internal;

import org.jspecify.annotations.NullMarked;
