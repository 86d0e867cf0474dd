package io.watertight.caches;

import io.watertight.guards.internal.Books;

/** How a core opens its books; tests have their own. */
@FunctionalInterface
interface BooksOpener {
    Books open(String type, Books.Keeper keeper);
}
