/**
 * The DSS protocol over UDP and JSON (docs/PROTOCOL.md, DSS): the manager's commands on every peer's DSS port, blocks on
 * every disk's block port. What the manager's desk remembers is soft and ends by itself; files are the group's own.
 */
@NullMarked
package io.roundtable.dss;

import org.jspecify.annotations.NullMarked;
