package io.roundtable.foreign;

import io.roundtable.protocol.Address;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The disks of a DSS as a manager named them, and the blocks of stripes there (docs/PROTOCOL.md, Layout, for one parity). */
final class DssArray implements Closeable {
    /** What a datagram carries. */
    static final int UNIT_BYTES_MAX = 32 << 10;

    private static final int DISKS_MAX = 256;
    private static final int BLOCK_PATIENCE_MS = 3_000;

    /** One disk. */
    record Disk(String name, Question question) {}

    final String dss;
    final int unitBytes;
    final List<Disk> disks = new ArrayList<>();
    private final ExecutorService threads;

    /** @throws IOException with a sentence for people if that is no DSS that can be used here */
    DssArray(@Nullable JsonNode fields) throws IOException {
        if (fields == null
                || fields.get("disks") == null
                || !fields.get("disks").isArray()) {
            throw new IOException("the manager names no disks");
        }
        dss = Words.textOf(fields.get("dss_name"));
        unitBytes = number(fields.get("striping_unit"), 1, UNIT_BYTES_MAX, "striping_unit");
        for (JsonNode each : fields.get("disks")) {
            String name = Words.textOf(each.get("disk_name"));
            int port = number(each.get("c_port"), 1, 65_535, "c_port of " + name);
            Address address;
            try {
                address = new Address(Words.textOf(each.get("ip")), port);
            } catch (IllegalArgumentException e) {
                throw new IOException("the manager names no address of disk " + name, e);
            }
            disks.add(new Disk(
                    name,
                    new Question(
                            UdpLine.to(address),
                            "disk " + name + " at UDP " + address,
                            () -> System.nanoTime() / 1_000_000,
                            BLOCK_PATIENCE_MS)));
        }
        if (disks.size() < 3 || disks.size() > DISKS_MAX) {
            throw new IOException("the manager names " + disks.size() + " disks; a DSS has 3 to " + DISKS_MAX);
        }
        threads = Executors.newFixedThreadPool(disks.size(), task -> {
            Thread thread = new Thread(task, "dss-blocks");
            thread.setDaemon(true);
            return thread;
        });
    }

    private static int number(@Nullable JsonNode field, int least, int most, String name) throws IOException {
        long number = DssUser.number(field, name);
        if (number < least || number > most) {
            throw new IOException(
                    "the manager says " + name + " " + number + ", which can be " + least + " to " + most + " here");
        }
        return (int) number;
    }

    int n() {
        return disks.size();
    }

    int stripeBytes() {
        return (n() - 1) * unitBytes;
    }

    long stripes(long sizeBytes) {
        return (sizeBytes + stripeBytes() - 1) / stripeBytes();
    }

    int parityDisk(long stripe) {
        return n() - (int) (stripe % n() + 1);
    }

    /** The n blocks of a stripe, by disk, from its data padded with zeros. */
    byte[][] blocks(long stripe, byte[] data) {
        byte[][] blocks = new byte[n()][];
        int parity = parityDisk(stripe);
        int at = 0;
        for (int disk = 0; disk < n(); disk++) {
            if (disk != parity) {
                blocks[disk] = Arrays.copyOfRange(data, at, at + unitBytes);
                at += unitBytes;
            }
        }
        List<byte @Nullable []> others = new ArrayList<>(Arrays.asList(blocks));
        others.remove(parity);
        blocks[parity] = xor(others);
        return blocks;
    }

    /** Of those that are there. */
    byte[] xor(List<byte @Nullable []> blocks) {
        byte[] sum = new byte[unitBytes];
        for (byte[] block : blocks) {
            for (int i = 0; block != null && i < unitBytes; i++) {
                sum[i] ^= block[i];
            }
        }
        return sum;
    }

    /** What one disk does. */
    interface Each<T> {
        T of(int disk) throws IOException;
    }

    /** Asks disks at the same time; what cannot be had is null. */
    <T> List<@Nullable T> each(Each<T> action, int except) throws IOException {
        List<Future<@Nullable T>> open = new ArrayList<>();
        for (int disk = 0; disk < n(); disk++) {
            int at = disk;
            Callable<@Nullable T> call = () -> {
                try {
                    return at == except ? null : action.of(at);
                } catch (IOException e) {
                    return null;
                }
            };
            open.add(threads.submit(call));
        }
        List<@Nullable T> results = new ArrayList<>();
        for (Future<@Nullable T> each : open) {
            try {
                results.add(each.get());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
        return results;
    }

    /** @param except a disk that is not asked; -1 for none */
    List<byte @Nullable []> read(String file, long stripe, int except) throws IOException {
        return each(disk -> readBlock(file, stripe, disk), except);
    }

    private byte[] readBlock(String file, long stripe, int disk) throws IOException {
        Map<String, Object> args = new LinkedHashMap<>();
        // Published disks do not look at it; ours may keep two files of one name apart by it.
        args.put("dss_name", dss);
        args.put("file_name", file);
        args.put("stripe_idx", stripe);
        args.put("disk_index", disk);
        return disks.get(disk).question().ask("read-block", args, reply -> {
            demand(disk, reply);
            try {
                byte[] block = Base64.getDecoder().decode(reply.text("block_b64"));
                if (block.length == unitBytes) {
                    return block;
                }
            } catch (IllegalArgumentException e) {
                // Garbled.
            }
            return null;
        });
    }

    boolean write(String file, long stripe, int disk, byte[] block) throws IOException {
        Map<String, Object> args = new LinkedHashMap<>();
        args.put("dss_name", dss);
        args.put("file_name", file);
        args.put("stripe_idx", stripe);
        args.put("disk_index", disk);
        args.put("is_parity", disk == parityDisk(stripe));
        args.put("block_b64", Base64.getEncoder().encodeToString(block));
        return order(disk, "write-block", args);
    }

    /** A command to a disk that may be carried out twice. */
    boolean order(int disk, String command, Map<String, ?> args) throws IOException {
        return disks.get(disk).question().ask(command, args, reply -> {
            demand(disk, reply);
            return true;
        });
    }

    private void demand(int disk, Words.Reply reply) throws IOException {
        if (!reply.isSuccess()) {
            throw new IOException("disk " + disks.get(disk).name() + ": " + reply.error());
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        try {
            threads.awaitTermination(BLOCK_PATIENCE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
