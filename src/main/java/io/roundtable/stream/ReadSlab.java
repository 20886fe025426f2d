package io.roundtable.stream;

import io.roundtable.storage.StripeLayout;
import java.util.function.Predicate;

/** One group of every disk's share while a file is read. Guarded by the fetch's lock until it is handed on. */
final class ReadSlab {
    private final FileShape shape;
    private final Wanted wanted;
    private final long group;
    private final Cell[] cells;

    ReadSlab(FileShape shape, Wanted wanted, long group) {
        this.shape = shape;
        this.wanted = wanted;
        this.group = group;
        this.cells = new Cell[shape.layout().disks()];
        for (int disk = 0; disk < cells.length; disk++) {
            cells[disk] = new Cell(disk, group, isWanted(disk));
            if (shape.bytes(disk, group) == 0) {
                // All padding: zeros, whatever became of the disk.
                cells[disk].arrive(null, null);
            }
        }
    }

    private boolean isWanted(int disk) {
        for (long stripe = firstStripe(); stripe < endStripe(); stripe++) {
            if (wanted.isWanted(disk, stripe)) {
                return true;
            }
        }
        return false;
    }

    long group() {
        return group;
    }

    Cell cell(int disk) {
        return cells[disk];
    }

    Cell[] cells() {
        return cells;
    }

    long firstStripe() {
        return wanted.firstStripe(group);
    }

    long endStripe() {
        return wanted.endStripe(group);
    }

    boolean isWanted(int disk, long stripe) {
        return wanted.isWanted(disk, stripe);
    }

    /** Whether every wanted cell came, each block in order. */
    boolean isWhole() {
        for (Cell each : cells) {
            if (each.isWanted() && !each.isClean()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether every wanted block is here or can be computed.
     *
     * @param hoped cells to be counted as if they had come in order
     */
    boolean isDecodable(Predicate<Cell> hoped) {
        int data = shape.layout().dataDisks();
        int counted = 0;
        int damaged = 0;
        boolean isWhole = true;
        for (Cell each : cells) {
            boolean counts = each.isClean() || hoped.test(each);
            counted += counts ? 1 : 0;
            damaged += each.isDamaged() ? 1 : 0;
            isWhole &= counts || !each.isWanted();
        }
        if (isWhole || counted >= data) {
            return true;
        }
        return (damaged > 0 || isLast()) && areStripesDecodable(hoped);
    }

    /** Only the last group has blocks that are known to be nothing but padding. */
    private boolean isLast() {
        return group == shape.groups() - 1;
    }

    private boolean areStripesDecodable(Predicate<Cell> hoped) {
        for (long stripe = firstStripe(); stripe < endStripe(); stripe++) {
            if (!isDecodable(stripe, hoped)) {
                return false;
            }
        }
        return true;
    }

    private boolean isDecodable(long stripe, Predicate<Cell> hoped) {
        int good = 0;
        boolean isWhole = true;
        for (Cell each : cells) {
            boolean counts = hoped.test(each) || isGood(each, stripe);
            good += counts ? 1 : 0;
            isWhole &= counts || !isWanted(each.position(), stripe);
        }
        return isWhole || good >= shape.layout().dataDisks();
    }

    /** Whether a block is here as it was written, or is known to be zeros. */
    boolean isGood(Cell cell, long stripe) {
        return cell.isGood((int) (stripe - shape.firstStripe(group))) || shape.blockBytes(cell.position(), stripe) == 0;
    }

    /** The first stripe that cannot be computed. */
    long undecodableStripe() {
        for (long stripe = firstStripe(); stripe < endStripe(); stripe++) {
            if (!isDecodable(stripe, cell -> false)) {
                return stripe;
            }
        }
        return firstStripe();
    }

    StripeLayout layout() {
        return shape.layout();
    }

    void giveBack(BufferPool pool) {
        for (Cell each : cells) {
            each.giveBack(pool);
        }
    }
}
