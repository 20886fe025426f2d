package io.roundtable.simulation;

import io.roundtable.wire.Inbound;
import io.roundtable.wire.LabCodec;
import io.roundtable.wire.MessageDecoder;
import io.roundtable.wire.NativeCodec;
import io.roundtable.wire.OkForm;
import io.roundtable.wire.WireException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The real codecs between sender and receiver. Pickles always pass them, for a pickle says less than the message it was
 * made from; native frames pass in a share of 1 in {@code every}, and what comes out must equal what went in.
 *
 * <p>Costly to make and without state between messages: one per thread.
 */
final class Wire {
    private final NativeCodec codec = new NativeCodec();
    private final LabCodec[] labCodecs = {
        new LabCodec(OkForm.PAIR, false),
        new LabCodec(OkForm.TEXT, false),
        new LabCodec(OkForm.PAIR, true),
        new LabCodec(OkForm.TEXT, true)
    };
    private final MessageDecoder decoder = new MessageDecoder(codec);
    private @Nullable Inbound decoded;
    private int every = 1;
    private int count;

    /** Begins a new run: the share must not depend on what ran before. */
    void restart(int codecEvery) {
        every = codecEvery;
        count = 0;
    }

    /** What arrives of a frame. */
    Frame pass(Frame frame, OkForm form) {
        if (frame.isNative()) {
            if (++count % every != 0) {
                return frame;
            }
            Inbound inbound = decode(codec.encode(frame.kind(), frame.requestId(), frame.message()));
            Frame arrived =
                    new Frame(inbound.message(), inbound.isNative(), inbound.kind(), inbound.requestId(), false);
            if (!arrived.equals(frame)) {
                throw new Violation("wire", "sent " + frame + " but " + arrived + " arrived");
            }
            return arrived;
        }
        LabCodec lab = labCodecs[(form == OkForm.TEXT ? 1 : 0) + (frame.offersNative() ? 2 : 0)];
        Inbound inbound = decode(lab.encode(frame.message(), frame.speech(), frame.self(), frame.party()));
        if (inbound.isNative()
                || inbound.offersNative() != frame.offersNative()
                || !inbound.complaints().isEmpty()) {
            throw new Violation("wire", "sent " + frame + " but " + inbound + " arrived");
        }
        return new Frame(
                inbound.message(),
                false,
                inbound.kind(),
                0,
                inbound.offersNative(),
                inbound.speech(),
                null,
                inbound.asker());
    }

    private Inbound decode(ByteBuffer bytes) {
        decoded = null;
        try {
            decoder.feed(bytes, inbound -> decoded = inbound);
        } catch (WireException e) {
            throw new Violation("wire", "our own bytes are refused: " + e.getMessage());
        }
        Inbound inbound = decoded;
        if (inbound == null) {
            throw new Violation("wire", "our own bytes are no whole message");
        }
        return inbound;
    }
}
