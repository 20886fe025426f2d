package io.roundtable.dss;

import io.roundtable.catalog.Refusals;
import io.roundtable.dss.BlockArgs.Block;
import io.roundtable.dss.BlockArgs.Place;
import io.roundtable.protocol.Reason;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A disk of the DSS protocol at any manager of that wire: serves the plain commands from a folder. Blocks its thread, and
 * does one thing at a time, as the published ones do.
 */
public final class PlainDisk {
    private final PlainBlocks blocks;
    /** Has forgotten its blocks, and refuses reads. */
    private boolean isFailed;

    public PlainDisk(PlainBlocks blocks) {
        this.blocks = blocks;
    }

    /** Serves until the socket is closed. What comes in ends nothing; an answer that cannot be sent is lost. */
    public void run(DatagramSocket socket) throws IOException {
        DssJson.load();
        byte[] buffer = new byte[64 * 1024];
        while (!socket.isClosed()) {
            DatagramPacket datagram = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(datagram);
            } catch (IOException e) {
                if (socket.isClosed()) {
                    return;
                }
                // An ICMP message about an earlier answer, on some systems.
                continue;
            }
            byte[] answer = serve(Arrays.copyOf(buffer, datagram.getLength()));
            if (answer != null && datagram.getPort() != 0) {
                send(socket, new DatagramPacket(answer, answer.length, datagram.getSocketAddress()));
            }
        }
    }

    private static void send(DatagramSocket socket, DatagramPacket answer) {
        try {
            socket.send(answer);
        } catch (IOException e) {
            // Whoever asked asks again, or takes the disk for a silent one.
            return;
        }
    }

    /**
     * The answer to a datagram.
     *
     * @return null for none: an answer that has strayed here
     */
    byte @Nullable [] serve(byte[] datagram) {
        DssJson.Command command;
        try {
            command = DssJson.parse(datagram);
        } catch (CommandException e) {
            return DssJson.encodeOfDisk(new Answer.Failure("bad json", e.error()));
        }
        return command == null ? null : DssJson.encodeOfDisk(answer(command));
    }

    private Answer answer(DssJson.Command command) {
        Args args = command.args();
        try {
            return switch (command.name()) {
                case "write-block" -> write(args);
                case "read-block" -> read(args);
                case "fail" -> {
                    isFailed = true;
                    blocks.clear();
                    yield Answer.success("event", "fail-complete");
                }
                case "wipe" -> {
                    blocks.clear();
                    isFailed = false;
                    yield Answer.DONE;
                }
                case "set-mode" -> setMode(args);
                default -> Answer.failure(Refusals.UNSUPPORTED);
            };
        } catch (CommandException e) {
            return Answer.failure(e);
        } catch (IOException e) {
            return Answer.failure("the disk could not " + command.name() + ": " + Reason.of(e));
        }
    }

    private Answer write(Args args) throws CommandException, IOException {
        Block block = Block.of(args);
        Place place = place(args);
        blocks.write(place.file(), place.stripe(), place.index(), block.bytes());
        return Answer.DONE;
    }

    private static Place place(Args args) throws CommandException {
        Place place = Place.of(args);
        place.check();
        return place;
    }

    private Answer read(Args args) throws CommandException, IOException {
        Place place = place(args);
        if (isFailed) {
            throw new CommandException("simulated failure", "send set-mode normal, or wipe");
        }
        try {
            byte[] block = blocks.read(place.file(), place.stripe(), place.index());
            if (block == null) {
                throw new CommandException(BlockArgs.NOT_FOUND);
            }
            return Answer.success("block_b64", Base64.getEncoder().encodeToString(block));
        } catch (PlainBlocks.DamagedException e) {
            // Users compute what is not found, and would take it for the block that was written.
            throw new CommandException(BlockArgs.NOT_FOUND, Reason.of(e));
        }
    }

    private Answer setMode(Args args) throws CommandException {
        String mode = BlockArgs.mode(args);
        isFailed = mode.equals("fail");
        return Answer.success("mode", mode);
    }
}
