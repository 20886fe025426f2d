package io.roundtable.storage;

import java.util.Collection;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What files of a volume survive with some of their shares lost: the one answer for whoever tells it to users, and for
 * whoever is about to take a share away.
 *
 * <p>Every disk holds one block of every stripe, so all stripes are recoverable as long as at most p disks are lost.
 * A file of less than a stripe may survive more: blocks that are nothing but padding are known to be zero, whatever disk
 * they were on.
 *
 * @param layout the volume's layout
 * @param lost positions whose shares are lost, 0 to n-1
 */
public record Damage(StripeLayout layout, SortedSet<Integer> lost) {

    /** Throws {@link IndexOutOfBoundsException} for a position that the volume does not have. */
    public Damage {
        for (int position : lost) {
            Objects.checkIndex(position, layout.disks());
        }
        lost = Collections.unmodifiableSortedSet(new TreeSet<>(lost));
    }

    public static Damage of(StripeLayout layout, Collection<Integer> lost) {
        return new Damage(layout, new TreeSet<>(lost));
    }

    /** The same with more positions lost. */
    public Damage with(Collection<Integer> more) {
        SortedSet<Integer> all = new TreeSet<>(lost);
        all.addAll(more);
        return new Damage(layout, all);
    }

    /** Whether a file can be read whatever its size. */
    public boolean isRecoverable() {
        return lost.size() <= layout.parity();
    }

    /**
     * How many more shares, any of them, a file may lose and still be read whole: 0 to p; -1 if it cannot be read even
     * now.
     *
     * @param width of the file, see {@link StripeLayout#width}
     */
    public int spare(int width) {
        Objects.checkIndex(width, layout.dataDisks() + 1);
        return width == 0 ? layout.parity() : Math.max(-1, layout.parity() - lostBlocks(width));
    }

    /** Whether a file of {@code sizeBytes} can be read whole. */
    public boolean isReadable(long sizeBytes) {
        return spare(layout.width(sizeBytes)) >= 0;
    }

    /** Lost blocks of the fullest stripe, but for those that are known to be zero. */
    private int lostBlocks(int width) {
        int data = layout.dataDisks();
        if (width == data) {
            return lost.size();
        }
        // Less than a full stripe is the file's only one.
        int blocks = 0;
        for (int position : lost) {
            int column = layout.column(0, position);
            blocks += column < width || column >= data ? 1 : 0;
        }
        return blocks;
    }
}
