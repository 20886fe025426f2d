/** The commands, one class each. Errors are one line on stderr; exit code 2 for wrong usage, 1 for failure. */
@NullMarked
package io.roundtable.cli;

import org.jspecify.annotations.NullMarked;
