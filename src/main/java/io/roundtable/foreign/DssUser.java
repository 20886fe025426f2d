package io.roundtable.foreign;

import io.roundtable.protocol.Address;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A user of the DSS protocol at any manager of that wire: reads and writes blocks at the disks, and tells the manager. All
 * refusals are {@link IOException}s with sentences for people. For one thread.
 */
public final class DssUser implements Closeable {
    /** A stripe whose parity is wrong is read again. */
    private static final int TRIES = 5;

    private static final int PATIENCE_MS = 10_000;
    private static final int COMPLETE_TRIES = 3;
    private static final long SIZE_MAX = 1L << 53;

    private final Commands manager;
    private final String name;
    private final Consumer<String> notes;
    private final IntUnaryOperator dice;

    /**
     * Opens the socket; {@link #register} comes next.
     *
     * @param port to speak to the manager from; 0 takes a free one
     * @param notes told what a person should know though it is no error
     * @param dice gives a number from 0 to its argument - 1
     */
    public DssUser(
            Address manager, InetAddress from, int port, String name, Consumer<String> notes, IntUnaryOperator dice)
            throws IOException {
        this.manager = new Commands(manager, from, port, PATIENCE_MS);
        this.name = name;
        this.notes = notes;
        this.dice = dice;
    }

    static long number(@Nullable JsonNode field, String what) throws IOException {
        try {
            return Long.parseLong(Words.textOf(field).strip());
        } catch (NumberFormatException e) {
            throw new IOException("the manager says no number for " + what, e);
        }
    }

    /** Of a file, as the manager describes it. */
    private static long size(@Nullable JsonNode file) throws IOException {
        long size = number(file == null ? null : file.get("size"), "size");
        if (size < 0 || size > SIZE_MAX) {
            throw new IOException("the manager says size " + size + ", which no file has");
        }
        return size;
    }

    private static Map<String, Object> args(Object... pairs) {
        Map<String, Object> args = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            args.put((String) pairs[i], pairs[i + 1]);
        }
        return args;
    }

    /** @param commandPort which users of the protocol name, and nobody asks; 0 for the one of the socket */
    public void register(String ip, int commandPort) throws IOException {
        int port = commandPort == 0 ? manager.port() : commandPort;
        Words.Reply reply = manager.call(
                "register-user", args("user_name", name, "ip", ip, "m_port", manager.port(), "c_port", port));
        if (reply.error().startsWith("duplicate")) {
            notes.accept("the manager knows a user " + name + " already, or takes no such name; going on as " + name);
        } else if (!reply.isSuccess()) {
            throw new IOException("the manager refuses user " + name + ": " + reply.error());
        }
    }

    /** What the manager lists. */
    public JsonNode list() throws IOException {
        JsonNode listing = manager.demand("ls", Map.of()).get("listing");
        if (listing == null) {
            throw new IOException("the manager's answer to ls has no listing");
        }
        return listing;
    }

    /** The DSS as the manager made it. */
    public JsonNode configure(String dss, int n, int unitBytes) throws IOException {
        if (unitBytes > DssArray.UNIT_BYTES_MAX) {
            throw new IOException("a unit of " + unitBytes + " bytes does not fit a datagram; the most is "
                    + DssArray.UNIT_BYTES_MAX);
        }
        JsonNode made = manager.demand("configure-dss", args("dss_name", dss, "n", n, "striping_unit", unitBytes))
                .get("dss");
        if (made == null) {
            throw new IOException("the manager's answer to configure-dss has no dss");
        }
        return made;
    }

    // ---- copy

    /**
     * Writes a file.
     *
     * @param sizeBytes that the content has; it is read to that end
     */
    public void copy(String dss, String file, InputStream content, long sizeBytes) throws IOException {
        Map<String, Object> said = args("dss_name", dss, "file_name", file, "owner", name);
        MessageDigest digest = digest();
        try (DssArray array = new DssArray(manager.demand("copy-prepare", said).get("dss"))) {
            Set<String> lacking = new HashSet<>();
            for (long stripe = 0; stripe < array.stripes(sizeBytes); stripe++) {
                int length = (int) Math.min(array.stripeBytes(), sizeBytes - stripe * array.stripeBytes());
                byte[] data = new byte[array.stripeBytes()];
                if (content.readNBytes(data, 0, length) < length) {
                    throw new IOException("the file became shorter while it was read; " + stillBusy(dss));
                }
                digest.update(data, 0, length);
                lacking.addAll(write(array, file, stripe, array.blocks(stripe, data)));
            }
            if (!lacking.isEmpty()) {
                notes.accept(file + " has no redundancy: some of its blocks could not be written to "
                        + String.join(", ", lacking) + "; copy it again, or run disk-failure for that disk");
            }
        }
        said.put("size", sizeBytes);
        said.put("sha256", HexFormat.of().formatHex(digest.digest()));
        complete("copy-complete", said);
    }

    private static String stillBusy(String dss) {
        return dss + " stays busy at a manager that does not give up a copy by itself";
    }

    /** @return the disk that did not take its block */
    private static Set<String> write(DssArray array, String file, long stripe, byte[][] blocks) throws IOException {
        List<@Nullable Boolean> wrote = array.each(disk -> array.write(file, stripe, disk, blocks[disk]), -1);
        Set<String> lacking = new HashSet<>();
        for (int disk = 0; disk < wrote.size(); disk++) {
            if (wrote.get(disk) == null) {
                lacking.add(array.disks.get(disk).name());
            }
        }
        if (lacking.size() > 1) {
            throw new IOException("stripe " + stripe + " could not be written to " + String.join(", ", lacking)
                    + ", and could not be read again without them; " + stillBusy(array.dss));
        }
        return lacking;
    }

    // ---- read

    /**
     * Reads a file.
     *
     * @param percent of the stripes in which a bit is turned on the way, to see them read again
     * @throws IOException also if what was read is not what was written; then {@code to} has something of it
     */
    public void read(String dss, String file, OutputStream to, int percent) throws IOException {
        Words.Reply prepared =
                manager.demand("read-prepare", args("dss_name", dss, "file_name", file, "user_name", name));
        try (DssArray array = new DssArray(prepared.get("dss"))) {
            JsonNode about = prepared.get("file");
            long sizeBytes = size(about);
            String expected =
                    about == null ? "" : Words.textOf(about.get("sha256")).toLowerCase(Locale.ROOT);
            MessageDigest digest = digest();
            int reread = 0;
            for (long stripe = 0; stripe < array.stripes(sizeBytes); stripe++) {
                byte[][] blocks = new byte[array.n()][];
                reread += stripe(array, file, stripe, percent, blocks);
                long left = sizeBytes - stripe * array.stripeBytes();
                for (int disk = 0; disk < array.n() && left > 0; disk++) {
                    if (disk != array.parityDisk(stripe)) {
                        int length = (int) Math.min(left, array.unitBytes);
                        to.write(blocks[disk], 0, length);
                        digest.update(blocks[disk], 0, length);
                        left -= length;
                    }
                }
            }
            if (reread > 0) {
                notes.accept("stripes that were read again: " + reread);
            }
            if (!expected.isEmpty() && !expected.equals(HexFormat.of().formatHex(digest.digest()))) {
                throw new IOException(file + " is not what was written: its SHA-256 differs");
            }
        } finally {
            // Whatever became of it: who does not say so holds up the others.
            completeRead(dss);
        }
    }

    private void completeRead(String dss) {
        try {
            manager.call("read-complete", args("dss_name", dss));
        } catch (IOException e) {
            notes.accept(String.valueOf(e.getMessage()));
        }
    }

    /**
     * The blocks of a stripe, a missing one computed.
     *
     * @return how often it was read again
     */
    private int stripe(DssArray array, String file, long stripe, int percent, byte[][] into) throws IOException {
        String wrong = "";
        for (int tried = 0; tried < TRIES; tried++) {
            List<byte @Nullable []> found = array.read(file, stripe, -1);
            if (percent > 0 && dice.applyAsInt(100) < percent) {
                byte[] hit = found.get(dice.applyAsInt(found.size()));
                if (hit != null) {
                    hit[dice.applyAsInt(hit.length)] ^= 1;
                }
            }
            List<Integer> missing = new ArrayList<>();
            for (int disk = 0; disk < found.size(); disk++) {
                byte[] block = found.get(disk);
                if (block == null) {
                    missing.add(disk);
                } else {
                    into[disk] = block;
                }
            }
            byte[] sum = array.xor(found);
            if (missing.size() == 1) {
                into[missing.get(0)] = sum;
                return tried;
            } else if (missing.isEmpty() && isZero(sum)) {
                return tried;
            }
            wrong = missing.isEmpty() ? "its parity is wrong" : missing.size() + " of its blocks cannot be had";
        }
        throw new IOException("stripe " + stripe + " of " + file + " cannot be read: " + wrong);
    }

    private static boolean isZero(byte[] block) {
        for (byte each : block) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    // ---- disk-failure and the end

    /**
     * Has a disk fail, and computes its blocks again from the others.
     *
     * @param wanted its name; null for any
     * @return the disk's name
     */
    public String failDisk(String dss, @Nullable String wanted) throws IOException {
        Words.Reply prepared = manager.demand("disk-failure", args("dss_name", dss, "user_name", name));
        String failed;
        try (DssArray array = new DssArray(prepared.get("dss"))) {
            int lost = choose(array, wanted);
            failed = array.disks.get(lost).name();
            JsonNode files = prepared.get("files");
            if (files != null) {
                // What cannot be computed must not be lost.
                for (Map.Entry<String, JsonNode> each : files.properties()) {
                    rebuild(array, each.getKey(), size(each.getValue()), lost, false);
                }
            }
            array.order(lost, "fail", Map.of());
            if (files != null) {
                for (Map.Entry<String, JsonNode> each : files.properties()) {
                    rebuild(array, each.getKey(), size(each.getValue()), lost, true);
                }
            }
            array.order(lost, "set-mode", args("state", "normal"));
        } catch (IOException e) {
            // Or nobody could do anything with the DSS any more.
            manager.call("recovery-complete", args("dss_name", dss));
            throw e;
        }
        complete("recovery-complete", args("dss_name", dss));
        return failed;
    }

    private int choose(DssArray array, @Nullable String wanted) throws IOException {
        if (wanted == null) {
            return dice.applyAsInt(array.n());
        }
        for (int disk = 0; disk < array.n(); disk++) {
            if (array.disks.get(disk).name().equals(wanted)) {
                return disk;
            }
        }
        throw new IOException("disk " + wanted + " is none of " + array.dss);
    }

    /** @param isWritten whether what is computed is written; else it is only seen whether it could be */
    private static void rebuild(DssArray array, String file, long sizeBytes, int lost, boolean isWritten)
            throws IOException {
        for (long stripe = 0; stripe < array.stripes(sizeBytes); stripe++) {
            List<byte @Nullable []> others = array.read(file, stripe, lost);
            for (int disk = 0; disk < others.size(); disk++) {
                if (disk != lost && others.get(disk) == null) {
                    throw new IOException("stripe " + stripe + " of " + file + " cannot be computed without disk "
                            + array.disks.get(disk).name()
                            + (isWritten ? ": " + file + " has no redundancy now" : ": nothing was done"));
                }
            }
            if (isWritten) {
                array.write(file, stripe, lost, array.xor(others));
            }
        }
    }

    public void decommission(String dss) throws IOException {
        Words.Reply prepared = manager.demand("decommission-dss", args("dss_name", dss, "user_name", name));
        try (DssArray array = new DssArray(prepared.get("dss"))) {
            List<@Nullable Boolean> wiped = array.each(disk -> array.order(disk, "wipe", Map.of()), -1);
            for (int disk = 0; disk < wiped.size(); disk++) {
                if (wiped.get(disk) == null) {
                    notes.accept("disk " + array.disks.get(disk).name() + " did not say that it was wiped");
                }
            }
        }
        complete("decommission-complete", args("dss_name", dss));
    }

    public void deregister() throws IOException {
        manager.demand("deregister-user", args("user_name", name));
    }

    /** Without it the DSS stays busy, so it is said again where no answer comes. */
    private void complete(String command, Map<String, ?> args) throws IOException {
        for (int tried = 1; ; tried++) {
            try {
                Words.Reply reply = manager.call(command, args);
                // The answer to the first one was lost, then.
                boolean isOver = tried > 1 && reply.error().matches("no .* in progress.*");
                if (!reply.isSuccess() && !isOver) {
                    throw new RefusedException(reply.error());
                }
                return;
            } catch (RefusedException e) {
                throw e;
            } catch (IOException e) {
                if (tried == COMPLETE_TRIES) {
                    throw e;
                }
            }
        }
    }

    private static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
