package io.roundtable.catalog;

import io.roundtable.catalog.Change.CommitFile;
import io.roundtable.catalog.Entry.Request;
import io.roundtable.catalog.Outcome.Result;
import io.roundtable.protocol.Address;
import io.roundtable.protocol.Dialect;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.Identity;
import io.roundtable.protocol.Member;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Catalogs and changes for tests. */
final class Catalogs {
    static final int LEASE_MS = 2_000;
    static final String SHA = "0123456789abcdef".repeat(4);
    static final Member LOW = member(10);
    static final Member HIGH = member(20);

    private Catalogs() {}

    static Member member(int days) {
        return new Member(new Identity(days, 1_000_000 + days), new Address("127.0.0.1", 5_000 + days), Dialect.NATIVE);
    }

    static DiskId disk(int number) {
        return new DiskId(7, number);
    }

    /** Five Free disks D1 to D5. */
    static Catalog withDisks() {
        Catalog catalog = new Catalog(LEASE_MS);
        for (int i = 1; i <= 5; i++) {
            apply(catalog, new Change.AddDisk(disk(i), "D" + i));
        }
        return catalog;
    }

    /** The same with volume 1, "v", of D1, D2 and D3. */
    static Catalog withVolume() {
        Catalog catalog = withDisks();
        apply(catalog, new Change.CreateVolume("v", 1, 1024, List.of(disk(1), disk(2), disk(3)), "ann"));
        return catalog;
    }

    static CommitFile commit(String name, long fileId) {
        return commit(name, "ann", fileId, disk(1), disk(2), disk(3));
    }

    static CommitFile commit(String name, String owner, long fileId, DiskId... sealed) {
        return new CommitFile(
                1,
                name,
                owner,
                fileId,
                4096,
                SHA,
                java.util.Arrays.stream(sealed).map(Optional::of).toList());
    }

    static Result apply(Catalog catalog, Change change) {
        return catalog.applyOnce(new Request(0, change));
    }

    static byte[] snapshot(Catalog catalog) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            CatalogCodec.writeSnapshot(catalog, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Entries as a seed has it: claims, renewals, changes that are carried out and such that are refused. */
    static Entry random(SplittableRandom random, Catalog catalog, long nowMs) {
        long epoch = random.nextInt(10) == 0 ? random.nextLong(5) : catalog.epoch();
        return switch (random.nextInt(12)) {
            case 0 -> new Entry.ClaimLease(member(10 + random.nextInt(4)), nowMs);
            case 1 -> new Entry.RenewLease(epoch, nowMs);
            case 2 -> random.nextInt(4) == 0 ? new Entry.EndLease(epoch) : new Entry.ExpireLease(epoch, nowMs);
            case 3 -> new Entry.SeatMember(member(10 + random.nextInt(20)), nowMs);
            case 4 -> new Entry.UnseatMember(member(10 + random.nextInt(20)).identity());
            default ->
                new Entry.Changes(
                        epoch,
                        random.ints(random.nextInt(6), 0, 1_000)
                                .mapToObj(i ->
                                        new Request(random.nextInt(3) == 0 ? 0 : random.nextLong(500), change(random)))
                                .toList(),
                        nowMs);
        };
    }

    private static Change change(SplittableRandom random) {
        int volume = random.nextInt(3);
        int position = random.nextInt(-1, 6);
        DiskId disk = disk(random.nextInt(8));
        String file = "f" + random.nextInt(20) + (random.nextInt(20) == 0 ? "\n" : "é/x");
        long fileId = random.nextLong(1, 40);
        return switch (random.nextInt(16)) {
            case 0 ->
                new Change.AddUser(
                        "u" + random.nextInt(9),
                        Optional.of(new Address("h", 1 + random.nextInt(9))),
                        Optional.empty());
            case 1 -> new Change.RemoveUser("u" + random.nextInt(9));
            case 2 -> new Change.AddDisk(disk, "D" + random.nextInt(9));
            case 3 ->
                new Change.AddForeignDisk(
                        disk, "D" + random.nextInt(9), new Address("10.0.0.1", 1 + random.nextInt(4)));
            case 4 -> new Change.RemoveDisk(disk);
            case 5, 6 ->
                new Change.CreateVolume(
                        "v" + random.nextInt(4),
                        random.nextInt(3),
                        1024,
                        List.of(disk(random.nextInt(8)), disk(random.nextInt(8)), disk),
                        "ann");
            case 7 -> new Change.BeginDecommission(volume);
            case 8 ->
                random.nextInt(4) == 0 ? new Change.EndVolume(volume) : new Change.RemoveFile(volume, file, fileId);
            case 9 -> new Change.ReplaceDisk(volume, position, disk, disk(random.nextInt(8)));
            case 10 -> new Change.LoseShares(volume, position, disk);
            case 11 -> new Change.LoseShare(volume, file, fileId, position);
            case 12 -> new Change.RestoreShare(volume, file, fileId, position, disk);
            default ->
                new CommitFile(
                        volume,
                        file,
                        random.nextInt(8) == 0 ? "bob" : "ann",
                        fileId,
                        random.nextLong(1 << 20),
                        SHA,
                        List.of(
                                Optional.of(disk(random.nextInt(8))),
                                Optional.of(disk(random.nextInt(8))),
                                Optional.of(disk)));
        };
    }
}
