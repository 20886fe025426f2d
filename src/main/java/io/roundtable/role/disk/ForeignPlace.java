package io.roundtable.role.disk;

import io.roundtable.disk.DiskOptions;
import io.roundtable.disk.DiskStore;
import io.roundtable.folder.DataFolder;
import io.roundtable.foreign.ForeignMedium;
import io.roundtable.foreign.Opening;
import io.roundtable.foreign.Question;
import io.roundtable.foreign.UdpLine;
import io.roundtable.net.EventLoop;
import io.roundtable.protocol.DiskId;
import io.roundtable.protocol.DiskMessage;
import io.roundtable.protocol.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A program of the DSS protocol that keeps blocks. */
final class ForeignPlace implements DiskPlace {
    private static final String FOLDER = "foreign";
    /** Read through at each takeover, over UDP. */
    private static final int PACK_BYTES = 1 << 20;

    private final DiskMessage.PresentDisk order;
    private final Path data;
    private final EventLoop loop;
    private final Opening opening;
    private volatile @Nullable ForeignMedium medium;

    /** @param data the peer's data folder, in which one of this disk's own takes what is on its way to it */
    ForeignPlace(DiskMessage.PresentDisk order, Path data, EventLoop loop) {
        this.order = order;
        this.data = data;
        this.loop = loop;
        this.opening = new Opening(UdpLine.to(order.address()), this::nowMs);
    }

    private long nowMs() {
        return loop.nanoTime() / 1_000_000;
    }

    @Override
    public DiskStore open() throws IOException {
        DataFolder.open(data).folder(FOLDER + "/" + order.disk());
        String name = "foreign disk " + order.name() + " at UDP " + order.address();
        ForeignMedium opened = ForeignMedium.open(
                new Question(opening, name, this::nowMs), name, order.disk(), order.term(), this::nowMs, loop::entropy);
        medium = opened;
        // One that has forgotten all is the same disk still: the catalog knows what it lacks.
        PrimitiveIterator.OfLong identity = LongStream.concat(
                        LongStream.of(order.disk().high(), order.disk().low()), LongStream.generate(loop::entropy))
                .iterator();
        DiskStore store = DiskStore.open(
                opened, DiskOptions.defaults().withPackBytes(PACK_BYTES), loop::wallMs, identity::nextLong);
        boolean done = false;
        try {
            if (!store.id().equals(order.disk())) {
                throw new IOException(name + " holds another disk: " + store.id());
            }
            opening.done();
            done = true;
            return store;
        } finally {
            if (!done) {
                store.close();
            }
        }
    }

    @Override
    public Path folder() {
        return data.resolve(FOLDER).resolve(order.disk().toString());
    }

    @Override
    public long program() {
        ForeignMedium opened = medium;
        return opened == null ? 0 : opened.program();
    }

    @Override
    public Optional<DiskMessage.DiskAway> reading(Member host) {
        String reason = "it is being read; blocks so far: " + opening.questions();
        return opening.isOver()
                ? Optional.empty()
                : Optional.of(new DiskMessage.DiskAway(order.disk(), host, reason, order.term()));
    }

    @Override
    public void giveUp() {
        opening.giveUp();
    }

    /** Only with a term of its own, which the manager gives. */
    @Override
    public DiskStore openAgain(DiskId wanted) throws IOException {
        throw new IOException("the manager says who presents it next");
    }
}
