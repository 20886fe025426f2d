package io.roundtable.cli;

import io.roundtable.event.Visible;
import io.roundtable.foreign.DssUser;
import io.roundtable.foreign.Words;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The prompt's commands at a manager of the DSS protocol; an error is a line on stderr and ends nothing. */
final class DssShellLine extends PromptLine {
    private static final String HELP = """
            ls
            configure DSS N UNIT
            copy DSS PATH
            read DSS FILE OUT [P]
            disk-failure DSS [DISK]
            decommission DSS [--yes]
            deregister
            quit""";

    private final DssUser user;
    private final Confirmation confirmation;

    DssShellLine(DssUser user, Confirmation confirmation) {
        this.user = user;
        this.confirmation = confirmation;
    }

    @Override
    void carryOut(String command, List<String> args) throws IOException {
        switch (command) {
            case "ls" -> {
                need(args, 0, 0);
                print(user.list());
            }
            case "configure", "configure-dss" -> {
                need(args, 3, 3);
                System.out.println(line(user.configure(args.get(0), number(args.get(1)), ByteCount.unit(args.get(2)))));
            }
            case "copy" -> {
                need(args, 2, 2);
                copy(args.get(0), Path.of(args.get(1)));
            }
            case "read" -> {
                need(args, 3, 4);
                read(args.get(0), args.get(1), Path.of(args.get(2)), args.size() > 3 ? args.get(3) : "0");
            }
            case "disk-failure" -> {
                need(args, 1, 2);
                String failed = user.failDisk(args.get(0), args.size() > 1 ? args.get(1) : null);
                System.out.println("disk-failure " + args.get(0) + " " + Visible.name(failed) + ": done");
            }
            case "decommission", "decommission-dss" -> {
                List<String> names = withoutYes(args);
                need(names, 1, 1);
                decommission(names.get(0), names.size() < args.size() ? Confirmation.YES : confirmation);
            }
            case "deregister", "deregister-user" -> {
                need(args, 0, 0);
                user.deregister();
                System.out.println("deregister: done");
                end();
            }
            case "quit", "exit" -> end();
            case "help" -> System.out.println(HELP);
            default -> throw new UsageException("unknown command '" + command + "': try help");
        }
    }

    /** Asks first where it holds files, as far as the manager lists them. */
    private void decommission(String dss, Confirmation asked) throws IOException {
        if (!asked.equals(Confirmation.YES)) {
            int count = 0;
            for (JsonNode each : list(user.list().get("dsses"))) {
                JsonNode files = each.get("files");
                if (Words.textOf(each.get("dss_name")).equals(dss) && files != null) {
                    count += files.size();
                }
            }
            if (count > 0 && !asked.isGiven(DecommissionCommand.question(dss, count))) {
                throw new IOException(dss + " is as it was");
            }
        }
        user.decommission(dss);
        System.out.println("decommission " + Visible.name(dss) + ": done");
    }

    private void copy(String dss, Path path) throws IOException {
        Path name = path.getFileName();
        CopyCommand.demandFile(path);
        if (name == null || !Files.isRegularFile(path)) {
            throw new IOException("'" + path + "' is no file");
        }
        try (InputStream content = new BufferedInputStream(Files.newInputStream(path))) {
            long bytes = Files.size(path);
            user.copy(dss, name.toString(), content, bytes);
            System.out.println("copy " + Visible.name(dss) + " " + Visible.name(name.toString()) + ": done, "
                    + Sizes.exact(bytes));
        }
    }

    private void read(String dss, String file, Path out, String p) throws IOException {
        int percent = number(p);
        if (percent < 0 || percent > 100) {
            throw new UsageException("P is a percentage, 0 to 100, not " + percent);
        }
        if (Files.isDirectory(out)) {
            throw new IOException("'" + out + "' is a folder: name a file in it");
        }
        try (PartFile part = PartFile.begin(out);
                OutputStream to = new BufferedOutputStream(Channels.newOutputStream(part.channel()))) {
            user.read(dss, file, to, percent);
            to.flush();
            part.finish();
            System.out.println(
                    "read " + Visible.name(dss) + " " + Visible.name(file) + ": done, " + Sizes.exact(Files.size(out)));
        } catch (NoSuchFileException e) {
            throw new IOException("there is no folder for '" + out + "'", e);
        }
    }

    // ---- what the manager lists

    private static void print(JsonNode listing) {
        for (JsonNode dss : list(listing.get("dsses"))) {
            System.out.println(line(dss));
            JsonNode files = dss.get("files");
            if (files != null && files.isObject()) {
                for (Map.Entry<String, JsonNode> file : files.properties()) {
                    System.out.println("  " + Visible.name(file.getKey()) + " " + size(file.getValue()) + " "
                            + Visible.name(Words.textOf(file.getValue().get("owner"))));
                }
            }
        }
        List<String> free = new ArrayList<>();
        list(listing.get("free_disks")).forEach(disk -> free.add(Visible.name(Words.textOf(disk))));
        if (!free.isEmpty()) {
            System.out.println("Free: " + String.join(", ", free));
        }
    }

    private static List<JsonNode> list(@Nullable JsonNode array) {
        List<JsonNode> all = new ArrayList<>();
        if (array != null && array.isArray()) {
            array.forEach(all::add);
        }
        return all;
    }

    private static String size(JsonNode file) {
        String text = Words.textOf(file.get("size"));
        return text.matches("\\d{1,18}") ? Sizes.exact(Long.parseLong(text)) : Visible.name(text);
    }

    /** {@code dss1: Disk array with n=3 (D5, D3, D4) with striping-unit 1 KB.} */
    private static String line(JsonNode dss) {
        String disks = list(dss.get("disks")).stream()
                .map(Words::textOf)
                .map(Visible::name)
                .collect(Collectors.joining(", "));
        String unit = Words.textOf(dss.get("striping_unit"));
        return Visible.name(Words.textOf(dss.get("dss_name"))) + ": Disk array with n="
                + Visible.name(Words.textOf(dss.get("n"))) + " (" + disks + ") with striping-unit "
                + (unit.matches("\\d{1,9}") ? Sizes.unit(Integer.parseInt(unit)) : Visible.name(unit)) + ".";
    }
}
