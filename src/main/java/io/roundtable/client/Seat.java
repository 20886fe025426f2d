package io.roundtable.client;

import io.roundtable.protocol.Control;
import io.roundtable.protocol.Member;
import org.jspecify.annotations.Nullable;

/**
 * What could be found out about one member.
 *
 * @param state one word: leader, follower, electing, feigning, gone, unreachable; alive, silent with the time, gone or unseen for lab
 *     members
 * @param status what the member said itself; null if it could not be asked
 */
public record Seat(Member member, String state, Control.@Nullable Status status) {}
