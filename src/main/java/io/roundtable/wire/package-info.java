/**
 * Bytes to messages and back, without sockets: the native dialect (Kryo in frames), the lab dialect (pickle), and one
 * decoder per connection that tells them apart. Source: docs/PROTOCOL.md, Dialects.
 */
@NullMarked
package io.roundtable.wire;

import org.jspecify.annotations.NullMarked;
