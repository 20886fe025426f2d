package io.roundtable.client;

import io.roundtable.protocol.Address;
import io.roundtable.protocol.Control;
import io.roundtable.protocol.FileInfo;
import io.roundtable.protocol.FileName;
import io.roundtable.protocol.VolumeInfo;
import io.roundtable.protocol.VolumeMessage;
import io.roundtable.protocol.VolumeMessage.Job;
import io.roundtable.stream.Disks;
import io.roundtable.stream.VolumeReader;
import io.roundtable.stream.VolumeWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The volumes of a group, and the files on them, for one user.
 *
 * <p>Follows a change of the manager without the caller noticing: what changes something carries a request number that
 * stays the same when it is asked again. Blocking; safe for use by many threads. Errors of the group are
 * {@link GroupException}, of the streams {@link IOException}; both are one sentence for the user.
 */
public final class VolumeClient implements AutoCloseable {
    private static final int TIDY_MS = 1_000;
    private static final int JOB_LOOK_MS = 100;
    private static final int ATTEMPTS_MAX = 3;

    private final String user;
    private final Disks disks;
    private final ManagerLink manager;
    private final KeepAlive keepAlive = new KeepAlive();
    private final Waits waits;
    private final VolumeWrites writes;
    private final VolumeReads reads;

    /**
     * For one user.
     *
     * @param gcds of the group; any that answers is enough
     */
    public VolumeClient(List<Address> gcds, String user) {
        this(gcds, user, VolumeOptions.DEFAULT);
    }

    public VolumeClient(List<Address> gcds, String user, VolumeOptions options) {
        this(gcds, user, options, Patience.DEFAULT);
    }

    public VolumeClient(List<Address> gcds, String user, VolumeOptions options, Patience patience) {
        this.user = user;
        this.disks = new Disks(options.stream());
        this.waits = new Waits(patience.notice());
        this.manager = new ManagerLink(gcds, options.answerMs(), options.deadlineMs(), patience.waitsForGroup(), waits);
        this.writes = new VolumeWrites(manager, keepAlive, new VolumeWriter(disks), waits, user);
        this.reads = new VolumeReads(manager, keepAlive, new VolumeReader(disks), waits, user);
        var unused = keepAlive.every(TIDY_MS, writes::tidy);
    }

    public String user() {
        return user;
    }

    // ---- files

    /**
     * Writes a file, in place of one of that name; returns once nothing can undo it.
     *
     * @param file see {@link FileName}
     * @param from read to its end, not closed
     * @param sizeHint how long it probably is; -1 if nobody knows
     * @param progress told now and then how many bytes were taken
     */
    public FileInfo write(String volume, String file, ReadableByteChannel from, long sizeHint, LongConsumer progress)
            throws GroupException, IOException {
        // Told now, not after all was written in vain.
        String wrong = FileName.refusal(file);
        if (wrong != null) {
            throw new GroupException(wrong);
        }
        return writes.write(volume, file, from, sizeHint, progress);
    }

    public FileInfo write(String volume, String file, InputStream from, long sizeHint)
            throws GroupException, IOException {
        return write(volume, file, Channels.newChannel(from), sizeHint, bytes -> {});
    }

    /** Writes a file whose content is here: when a change of the manager costs the write, it is written once more. */
    public FileInfo write(String volume, String file, byte[] content) throws GroupException, IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return write(volume, file, new ByteArrayInputStream(content), content.length);
            } catch (GroupException e) {
                if (!e.code().isWriteAgain() || attempt == ATTEMPTS_MAX) {
                    throw e;
                }
            }
        }
    }

    /** A small file to be written. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Content(String file, byte[] bytes) {}

    /**
     * Writes many small files, several at a time.
     *
     * @return them in their order
     * @throws GroupException the first that failed; some of the others may have been written
     */
    public List<FileInfo> writeMany(String volume, List<Content> contents) throws GroupException, IOException {
        return new ManyWrites(this, volume).write(contents);
    }

    /**
     * Reads a whole file.
     *
     * @param to gets the content in order; not closed. After an error it has got a right beginning
     */
    public FileInfo read(String volume, String file, WritableByteChannel to, ReadProgress progress)
            throws GroupException, IOException {
        try (OpenRead open = reads.open(volume, exact(file))) {
            return reads.read(open, 0, open.file().sizeBytes(), to, progress);
        }
    }

    public FileInfo read(String volume, String file, OutputStream to) throws GroupException, IOException {
        return read(volume, file, Channels.newChannel(to), ReadProgress.NONE);
    }

    /**
     * Reads a part of a file.
     *
     * @throws IOException if the file does not have those bytes
     */
    public FileInfo read(String volume, String file, long offset, long length, WritableByteChannel to)
            throws GroupException, IOException {
        try (OpenRead open = reads.open(volume, exact(file))) {
            return reads.read(open, offset, length, to, ReadProgress.NONE);
        }
    }

    public void remove(String volume, String file) throws GroupException {
        done(new VolumeMessage.Remove(requestId(), volume, exact(file), user));
    }

    /** A name that has no bytes of its own on the wire would become another one. */
    private static String exact(String file) throws GroupException {
        if (!FileName.isText(file)) {
            throw new GroupException(FileName.NO_TEXT);
        }
        return file;
    }

    /** All files of a volume, by name. */
    public List<FileInfo> files(String volume) throws GroupException {
        List<FileInfo> all = new ArrayList<>();
        String after = "";
        while (true) {
            VolumeMessage.Files page = filesAfter(volume, after, VolumeMessage.ListFiles.LIMIT_MAX);
            all.addAll(page.files());
            if (!page.more() || page.files().isEmpty()) {
                return all;
            }
            after = page.files().get(page.files().size() - 1).name();
        }
    }

    /** A page of the files of a volume: those whose name comes behind {@code after}. */
    public VolumeMessage.Files filesAfter(String volume, String after, int limit) throws GroupException {
        return Answers.expect(
                manager.ask(new VolumeMessage.ListFiles(volume, after, limit)), VolumeMessage.Files.class);
    }

    // ---- volumes

    public VolumeInfo configure(String volume, int n, int parity, int unitBytes) throws GroupException {
        return configure(volume, n, parity, unitBytes, false);
    }

    /** @param isForeign whether foreign disks, which are in memory only, may be among its disks */
    public VolumeInfo configure(String volume, int n, int parity, int unitBytes, boolean isForeign)
            throws GroupException {
        return Answers.expect(
                        manager.ask(new VolumeMessage.Configure(
                                requestId(), volume, n, parity, unitBytes, user, isForeign)),
                        VolumeMessage.Volume.class)
                .volume();
    }

    /** All volumes, disks and users. */
    public VolumeMessage.Listing list() throws GroupException {
        return Answers.expect(manager.ask(new VolumeMessage.ListVolumes()), VolumeMessage.Listing.class);
    }

    /** What the volume survives now. */
    public VolumeMessage.Explanation explain(String volume) throws GroupException {
        return Answers.expect(manager.ask(new VolumeMessage.Explain(volume)), VolumeMessage.Explanation.class);
    }

    /**
     * Wipes a disk and builds it up again.
     *
     * @param disk by name; empty for one picked at random
     */
    public Job failDisk(String volume, Optional<String> disk) throws GroupException {
        writes.giveBack(volume);
        return job(new VolumeMessage.FailDisk(requestId(), volume, disk, user));
    }

    /**
     * Ends a volume with its files.
     *
     * @param isForced though somebody else owns it
     * @param filesMax refused if it holds more files than this by then
     */
    public Job decommission(String volume, boolean isForced, int filesMax) throws GroupException {
        writes.giveBack(volume);
        return job(new VolumeMessage.Decommission(requestId(), volume, user, isForced, filesMax));
    }

    public Job scrub(String volume) throws GroupException {
        return job(new VolumeMessage.Scrub(volume));
    }

    public Job progress(long jobId) throws GroupException {
        return job(new VolumeMessage.JobQuery(jobId));
    }

    /** Waits until a job is over; {@code each} is told how far it is, again and again. */
    public Job await(Job begun, Consumer<Job> each) throws GroupException {
        Job job = begun;
        each.accept(job);
        try (Waits.Wait wait = waits.begin(begun.what())) {
            while (!job.isOver()) {
                try {
                    TimeUnit.MILLISECONDS.sleep(JOB_LOOK_MS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new GroupException("interrupted; the job goes on");
                }
                long before = job.done();
                job = progress(job.jobId());
                each.accept(job);
                if (job.done() != before) {
                    wait.moved();
                }
            }
        }
        return job;
    }

    // ---- users and disks

    public void registerUser() throws GroupException {
        done(new VolumeMessage.RegisterUser(requestId(), user, Optional.empty(), Optional.empty()));
    }

    /** @param isForced though it is somebody else */
    public void deregisterUser(String name, boolean isForced) throws GroupException {
        done(new VolumeMessage.DeregisterUser(requestId(), name, user, isForced));
    }

    public void deregisterDisk(String name) throws GroupException {
        done(new VolumeMessage.DeregisterDisk(requestId(), name));
    }

    private void done(VolumeMessage question) throws GroupException {
        Answers.expect(manager.ask(question), Control.Done.class);
    }

    private Job job(VolumeMessage question) throws GroupException {
        return Answers.expect(manager.ask(question), Job.class);
    }

    private static long requestId() {
        return ThreadLocalRandom.current().nextLong();
    }

    @Override
    public void close() {
        waits.close();
        keepAlive.close();
        writes.close();
        manager.close();
        disks.close();
    }
}
