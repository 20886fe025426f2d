package io.roundtable.storage;

import java.util.Collection;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a volume still survives with some of its disks lost: the facts behind {@code explain}.
 *
 * <p>Every disk holds one block of every stripe, so all stripes are recoverable as long as at most p disks are lost.
 * One file may survive more: blocks of its last stripe that are nothing but padding are known to be zero, whatever
 * disk they were on.
 *
 * @param layout the volume's layout
 * @param lost numbers of the lost disks, 0 to n-1
 */
public record Damage(StripeLayout layout, SortedSet<Integer> lost) {

    /** Throws {@link IndexOutOfBoundsException} for a disk that the volume does not have. */
    public Damage {
        for (int disk : lost) {
            Objects.checkIndex(disk, layout.disks());
        }
        lost = Collections.unmodifiableSortedSet(new TreeSet<>(lost));
    }

    public static Damage of(StripeLayout layout, Collection<Integer> lost) {
        return new Damage(layout, new TreeSet<>(lost));
    }

    /** Whether every stripe of every file can be read. */
    public boolean isRecoverable() {
        return lost.size() <= layout.parity();
    }

    /** How many more disks, any of them, may be lost before something may be gone: 0 to p. */
    public int spare() {
        return Math.max(0, layout.parity() - lost.size());
    }

    /** Whether a file of {@code sizeBytes} can be read whole. */
    public boolean isReadable(long sizeBytes) {
        long stripes = layout.stripes(sizeBytes);
        if (stripes == 0 || isRecoverable()) {
            return true;
        }
        // A full stripe knows no zeros, so any before the last is gone.
        return stripes == 1 && lostBlocks(sizeBytes) <= layout.parity();
    }

    /** Of n stripes in a row: those where a data block has to be computed when it is read. */
    public int degradedStripesPerRound() {
        int degraded = 0;
        for (int stripe = 0; stripe < layout.disks(); stripe++) {
            for (int disk : lost) {
                if (layout.column(stripe, disk) < layout.dataDisks()) {
                    degraded++;
                    break;
                }
            }
        }
        return degraded;
    }

    /** One sentence for people. */
    public String explain() {
        if (!isRecoverable()) {
            return lost.size() + " of " + layout.disks() + " disks are lost, parity " + layout.parity()
                    + " makes up for " + layout.parity() + ": only files shorter than a stripe may still be readable";
        }
        String now = lost.isEmpty()
                ? "all " + layout.disks() + " disks are there"
                : lost.size() + " of " + layout.disks() + " disks " + (lost.size() == 1 ? "is" : "are")
                        + " lost, every stripe can be computed from the others";
        return now
                + switch (spare()) {
                    case 0 -> "; one more lost disk loses files";
                    case 1 -> "; any one more may be lost";
                    default -> "; any " + spare() + " more may be lost";
                };
    }

    private int lostBlocks(long sizeBytes) {
        int blocks = 0;
        for (int disk : lost) {
            blocks += layout.usedBlockBytes(sizeBytes, 0, layout.column(0, disk)) > 0 ? 1 : 0;
        }
        return blocks;
    }
}
