package io.roundtable.dss;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/** Files of the tests, and writing and reading them block by block as a user does, by the sheet's own words. */
final class Content {
    private Content() {}

    static byte[] random(int bytes, long seed) {
        byte[] content = new byte[bytes];
        new Random(seed).nextBytes(content);
        return content;
    }

    static int parityDisk(int n, int stripe) {
        return n - (stripe % n + 1);
    }

    /** The block of one disk in one stripe, computed from the content alone. */
    static byte[] block(byte[] content, int n, int unit, int stripe, int disk) {
        byte[] block = new byte[unit];
        int parity = parityDisk(n, stripe);
        int number = 0;
        for (int each = 0; each < n; each++) {
            if (each == parity) {
                continue;
            }
            if (disk == each || disk == parity) {
                int from = (stripe * (n - 1) + number) * unit;
                for (int i = 0; i < unit && from + i < content.length; i++) {
                    block[i] ^= content[from + i];
                }
            }
            number++;
        }
        return block;
    }

    static int stripes(byte[] content, int n, int unit) {
        return (content.length + (n - 1) * unit - 1) / ((n - 1) * unit);
    }

    /** Sends all blocks to the disks that a {@code copy-prepare} answered. */
    static void write(UdpUser user, JsonNode dss, String file, byte[] content) throws IOException {
        int n = dss.get("n").intValue();
        int unit = dss.get("striping_unit").intValue();
        for (int stripe = 0; stripe < stripes(content, n, unit); stripe++) {
            for (int disk = 0; disk < n; disk++) {
                user.askAt(port(dss, disk), "write-block", blockArgs(dss, file, stripe, disk, content));
            }
        }
    }

    static Object[] blockArgs(JsonNode dss, String file, int stripe, int disk, byte[] content) {
        int n = dss.get("n").intValue();
        byte[] block = block(content, n, dss.get("striping_unit").intValue(), stripe, disk);
        return new Object[] {
            "dss_name",
            dss.get("dss_name").stringValue(),
            "file_name",
            file,
            "stripe_idx",
            stripe,
            "disk_index",
            disk,
            "is_parity",
            disk == parityDisk(n, stripe),
            "block_b64",
            Base64.getEncoder().encodeToString(block)
        };
    }

    static int port(JsonNode dss, int disk) {
        return dss.get("disks").get(disk).get("c_port").intValue();
    }

    static byte[] readBlock(UdpUser user, JsonNode dss, String file, int stripe, int disk) throws IOException {
        JsonNode answer =
                user.askAt(port(dss, disk), "read-block", "file_name", file, "stripe_idx", stripe, "disk_index", disk);
        return Base64.getDecoder().decode(answer.get("block_b64").stringValue());
    }

    /** The content that the data blocks make; the parity of every stripe must be right. */
    static byte[] readAll(UdpUser user, JsonNode dss, String file, int size) throws IOException {
        int n = dss.get("n").intValue();
        int unit = dss.get("striping_unit").intValue();
        int stripes = stripes(new byte[size], n, unit);
        byte[] content = new byte[stripes * (n - 1) * unit];
        int at = 0;
        for (int stripe = 0; stripe < stripes; stripe++) {
            byte[] sum = new byte[unit];
            for (int disk = 0; disk < n; disk++) {
                byte[] block = readBlock(user, dss, file, stripe, disk);
                for (int i = 0; i < unit; i++) {
                    sum[i] ^= block[i];
                }
                if (disk != parityDisk(n, stripe)) {
                    System.arraycopy(block, 0, content, at, unit);
                    at += unit;
                }
            }
            if (!Arrays.equals(sum, new byte[unit])) {
                throw new AssertionError("the parity of stripe " + stripe + " is wrong");
            }
        }
        return Arrays.copyOf(content, size);
    }

    static JsonNode copyPrepare(UdpUser user, String dss, String file, String owner) throws IOException {
        return user.ask("copy-prepare", "dss_name", dss, "file_name", file, "owner", owner)
                .get("dss");
    }

    static Object[] completion(String dss, String file, String owner, byte[] content) {
        return new Object[] {
            "dss_name", dss,
            "file_name", file,
            "owner", owner,
            "size", content.length,
            "sha256", Rig.sha256(content)
        };
    }

    static void copy(UdpUser user, String dss, String file, String owner, byte[] content) throws IOException {
        write(user, copyPrepare(user, dss, file, owner), file, content);
        user.ask("copy-complete", completion(dss, file, owner, content));
    }

    static void configure(UdpUser user, String dss, int n, int unit) throws IOException {
        user.ask("configure-dss", "dss_name", dss, "n", n, "striping_unit", unit);
    }
}
