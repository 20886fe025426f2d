package io.roundtable.dss;

import io.roundtable.protocol.DssMessage;
import io.roundtable.storage.StripeLayout;

/**
 * What users tell a disk: the arguments, and whether they fit the layout. A wrong one is refused as the disks of the course
 * do; what exactly is wrong comes besides.
 */
final class BlockArgs {
    static final String BAD_FIELDS = "missing/invalid fields";
    static final String NOT_FOUND = "not found";

    private BlockArgs() {}

    private interface Reading<T> {
        T read() throws CommandException;
    }

    private static <T> T fields(Reading<T> reading) throws CommandException {
        try {
            return reading.read();
        } catch (CommandException e) {
            throw new CommandException(BAD_FIELDS, e.error());
        }
    }

    /** Of a write or read. */
    record Place(String file, long stripe, long index) {
        static Place of(Args args) throws CommandException {
            return fields(() -> new Place(args.fileName(), args.integer("stripe_idx"), args.integer("disk_index")));
        }

        /** As far as it can be told without a layout. */
        void check() throws CommandException {
            if (stripe < 0) {
                throw new CommandException(BAD_FIELDS, "args.stripe_idx must be 0 or more");
            }
            if (index < 0) {
                throw new CommandException(BAD_FIELDS, "args.disk_index must be 0 or more");
            }
        }

        /** @param position of the disk that is asked */
        void check(StripeLayout layout, int position) throws CommandException {
            if (index != position) {
                throw new CommandException(
                        BAD_FIELDS,
                        "args.disk_index is " + index + ", but this is disk " + position + " of 0 to "
                                + (layout.disks() - 1));
            }
            check();
        }

        void checkWithin(StripeLayout layout, DssMessage.Exposed exposed) throws CommandException {
            long stripes = layout.stripes(exposed.sizeBytes());
            if (stripe >= stripes) {
                throw new CommandException(
                        NOT_FOUND,
                        "args.stripe_idx is " + stripe + ", but " + exposed.file() + " has " + stripes + " stripes");
            }
        }
    }

    /** Of a write. */
    record Block(String dss, boolean isParity, byte[] bytes) {
        static Block of(Args args) throws CommandException {
            return fields(() -> new Block(args.text("dss_name"), args.flag("is_parity"), args.base64("block_b64")));
        }

        void check(StripeLayout layout, int position, long stripe) throws CommandException {
            if (bytes.length != layout.unitBytes()) {
                throw new CommandException("args.block_b64 has " + bytes.length + " bytes, but a block has "
                        + layout.unitBytes() + "; pad the last stripe with zeros");
            }
            boolean holdsParity = stripe < StripeLayout.FILE_BYTES_MAX
                    && layout.role(stripe, position).kind() == StripeLayout.Role.Kind.PARITY;
            if (isParity != holdsParity) {
                throw new CommandException("args.is_parity is " + isParity + ", but the parity of stripe " + stripe
                        + " lies on disk n - ((stripe mod n) + 1)");
            }
        }
    }

    /** Of {@code set-mode}. */
    static String mode(Args args) throws CommandException {
        String mode = fields(() -> args.text("state"));
        if (!mode.equals("normal") && !mode.equals("fail")) {
            throw new CommandException(BAD_FIELDS, "args.state must be normal or fail");
        }
        return mode;
    }
}
