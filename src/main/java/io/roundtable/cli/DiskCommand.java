package io.roundtable.cli;

import io.roundtable.dss.PlainBlocks;
import io.roundtable.dss.PlainDisk;
import io.roundtable.foreign.Commands;
import io.roundtable.foreign.Words;
import io.roundtable.protocol.Address;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A disk at a manager of the DSS protocol. */
@Command(
        name = "disk",
        description =
                "Be a disk at a manager of the DSS protocol, a published one or a peer with --dss-port: blocks are"
                        + " kept in a folder.",
        footer = {
            "",
            "At a manager of the course, or at a peer with --dss-port (up --dss: 53000):",
            "Example: roundtable disk D7 127.0.0.1 53000 53011 53012 --data blocks",
            "On another machine than the manager, which is to send blocks to this one:",
            "Example: roundtable disk D7 10.0.0.1 53000 0 0 --data blocks --listen 0.0.0.0 --advertise 10.0.0.7"
        })
final class DiskCommand implements Callable<Integer> {
    private static final int PATIENCE_MS = 5_000;
    private static final String DUPLICATE = "duplicate";
    private static final int BUFFER_BYTES = 4 << 20;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final ListenOptions listening = new ListenOptions();

    @Parameters(index = "0", paramLabel = "NAME", description = "The disk's name, at most 15 characters.")
    private String name = "";

    @Parameters(index = "1", paramLabel = "IP", description = "The manager's host.")
    private String host = "";

    @Parameters(index = "2", paramLabel = "PORT", description = "The manager's UDP port.")
    private int port;

    @Parameters(index = "3", paramLabel = "M_PORT", description = "To speak to the manager from; 0 takes a free one.")
    private int managerPort;

    @Parameters(index = "4", paramLabel = "C_PORT", description = "To serve blocks at; 0 takes a free one.")
    private int blockPort;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "Folder for the blocks; they are there again at the next start.")
    private Path data = Path.of("");

    @Option(
            names = "--capacity",
            paramLabel = "SIZE",
            defaultValue = "1G",
            description = "The most that the folder may take, such as 500M. Default: ${DEFAULT-VALUE}.")
    private String capacity = "1G";

    @Override
    public Integer call() throws Exception {
        Address manager;
        long bytes;
        try {
            manager = new Address(host, port);
            bytes = ByteCount.parse(capacity);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        ListenOptions.port("M_PORT", managerPort);
        ListenOptions.port("C_PORT", blockPort);
        String advertised = listening.advertised();
        ManagerCheck.ask(manager);
        try (PlainBlocks blocks = PlainBlocks.open(data, bytes);
                DatagramSocket socket = socket();
                Commands commands = new Commands(manager, listening.listen(), managerPort, PATIENCE_MS)) {
            socket.setReceiveBufferSize(BUFFER_BYTES);
            // Users may come the moment that the manager knows it.
            PlainDisk disk = new PlainDisk(blocks);
            register(commands, blocks, manager, advertised, socket.getLocalPort());
            System.out.println("disk " + name + " at " + manager + ": serving blocks at UDP " + advertised + " port "
                    + socket.getLocalPort() + ", kept in " + data);
            System.out.flush();
            disk.run(socket);
        }
        return 0;
    }

    private DatagramSocket socket() throws IOException {
        try {
            return new DatagramSocket(new InetSocketAddress(listening.listen(), blockPort));
        } catch (BindException e) {
            throw new IOException("UDP port " + blockPort + " is in use, or --listen is not of this machine ("
                    + e.getMessage() + "): name another C_PORT");
        }
    }

    private void register(Commands commands, PlainBlocks blocks, Address manager, String advertised, int at)
            throws IOException {
        Map<String, Object> args = new LinkedHashMap<>();
        args.put("disk_name", name);
        args.put("ip", advertised);
        args.put("m_port", commands.port());
        args.put("c_port", at);
        String what = name + " at " + manager + " with " + advertised + " " + at;
        Words.Reply reply = commands.call("register-disk", args);
        boolean isKnown =
                reply.error().startsWith(DUPLICATE) && blocks.registeredAs().equals(what);
        if (!reply.isSuccess() && !isKnown) {
            throw new IOException("the manager at " + manager + " refuses disk " + name + ": " + reply.error());
        }
        blocks.registeredAs(what);
    }
}
