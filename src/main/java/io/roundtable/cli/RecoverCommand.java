package io.roundtable.cli;

import io.roundtable.protocol.Member;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Orders a peer to end its feigned failure. */
@Command(
        name = "recover",
        description = "Order the peer with this id to end its feigned failure.",
        footer = {"", "Example: roundtable recover 1234567"})
final class RecoverCommand implements Callable<Integer> {
    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final GcdOption gcd = new GcdOption();

    @Parameters(paramLabel = "ID", description = "The peer's id, or its identity as it is printed.")
    private String peer = "";

    @Override
    public Integer call() throws Exception {
        Member member = gcd.group().recover(PeerName.id(peer));
        System.out.println(member.identity() + " recovers");
        return 0;
    }
}
