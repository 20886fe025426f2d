package io.roundtable.stream;

/** Which blocks a reader needs, for a run of groups. */
interface Wanted {
    long firstGroup();

    long endGroup();

    /** The first stripe of a group that is needed. */
    long firstStripe(long group);

    long endStripe(long group);

    /** Whether the disk's block of this stripe is needed. */
    boolean isWanted(int disk, long stripe);

    /** A part of the content. */
    static Wanted content(FileShape shape, ByteRange range) {
        long stripeBytes = shape.layout().stripeDataBytes();
        long first = range.offset() / stripeBytes;
        long end = range.end() == range.offset() ? first : (range.end() + stripeBytes - 1) / stripeBytes;
        return new Stripes(shape, first, end) {
            @Override
            public boolean isWanted(int disk, long stripe) {
                int column = shape.layout().column(stripe, disk);
                return column < shape.layout().dataDisks()
                        && range.touches(stripe * stripeBytes + (long) column * shape.unit(), shape.unit());
            }
        };
    }

    /** All that one disk should hold. */
    static Wanted share(FileShape shape, int position) {
        return new Stripes(shape, 0, shape.stripes()) {
            @Override
            public boolean isWanted(int disk, long stripe) {
                return disk == position;
            }
        };
    }

    /** Some stripes of a file. */
    abstract class Stripes implements Wanted {
        private final FileShape shape;
        private final long first;
        private final long end;

        Stripes(FileShape shape, long first, long end) {
            this.shape = shape;
            this.first = first;
            this.end = end;
        }

        @Override
        public long firstGroup() {
            return first / shape.groupStripes();
        }

        @Override
        public long endGroup() {
            return first == end ? firstGroup() : (end - 1) / shape.groupStripes() + 1;
        }

        @Override
        public long firstStripe(long group) {
            return Math.max(first, shape.firstStripe(group));
        }

        @Override
        public long endStripe(long group) {
            return Math.min(end, shape.endStripe(group));
        }
    }
}
