/** Data folders: whose they are, what may be in them, and how files are made there. */
@NullMarked
package io.roundtable.folder;

import org.jspecify.annotations.NullMarked;
