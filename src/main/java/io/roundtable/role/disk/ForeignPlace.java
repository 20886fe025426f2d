package io.roundtable.role.disk;

import io.roundtable.disk.DiskOptions;
import io.roundtable.disk.DiskStore;
import io.roundtable.folder.DataFolder;
import io.roundtable.foreign.ForeignMedium;
import io.roundtable.foreign.Question;
import io.roundtable.foreign.UdpLine;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.PrimitiveIterator;
import java.util.stream.LongStream;

/**
 * A program of the DSS protocol that keeps blocks.
 *
 * @param data the peer's data folder, in which one of this disk's own takes what is on its way to it
 */
record ForeignPlace(DiskMessage.PresentDisk order, Path data, EventLoop loop) implements DiskPlace {
    private static final String FOLDER = "foreign";
    /** Read through at each takeover, over UDP. */
    private static final int PACK_BYTES = 1 << 20;

    private long nowMs() {
        return loop.nanoTime() / 1_000_000;
    }

    @Override
    public DiskStore open() throws IOException {
        DataFolder.open(data).folder(FOLDER + "/" + order.disk());
        String name = "foreign disk " + order.name() + " at UDP " + order.address();
        ForeignMedium medium = ForeignMedium.open(
                new Question(UdpLine.to(order.address()), name, this::nowMs),
                name,
                order.disk(),
                order.term(),
                this::nowMs,
                loop::entropy);
        // One that has forgotten all is the same disk still: the catalog knows what it lacks.
        PrimitiveIterator.OfLong identity = LongStream.concat(
                        LongStream.of(order.disk().high(), order.disk().low()), LongStream.generate(loop::entropy))
                .iterator();
        DiskStore store = DiskStore.open(
                medium, DiskOptions.defaults().withPackBytes(PACK_BYTES), loop::wallMs, identity::nextLong);
        if (!store.id().equals(order.disk())) {
            store.close();
            throw new IOException(name + " holds another disk: " + store.id());
        }
        return store;
    }

    @Override
    public Path folder() {
        return data.resolve(FOLDER).resolve(order.disk().toString());
    }

    /** Only with a term of its own, which the manager gives. */
    @Override
    public DiskStore openAgain(DiskId wanted) throws IOException {
        throw new IOException("the manager says who presents it next");
    }
}
