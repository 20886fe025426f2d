/**
 * The client side of data connections: cuts files into shares and streams them to the disks, reads them back from
 * whatever disks are left, and rebuilds a lost share. Blocking, a thread for each disk; memory does not grow with the
 * file. Source: docs/PROTOCOL.md, Disks and Layout.
 */
@NullMarked
package io.roundtable.stream;

import org.jspecify.annotations.NullMarked;
