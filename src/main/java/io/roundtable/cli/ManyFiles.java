package io.roundtable.cli;

import io.roundtable.client.GroupException;
import io.roundtable.client.VolumeClient;
import io.roundtable.protocol.Reason;
import io.roundtable.stream.StreamException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One file after another: what fails is told and the others go on, unless it is not the file's fault. */
final class ManyFiles {
    /** Disks that fail one file after another fail all of them, each after a time limit. */
    private static final int FAULTS_IN_A_ROW_MAX = 3;

    private final VolumeClient volumes;
    private final String volume;
    private final String done;
    private long files;
    private long bytes;
    private long failed;
    private int faultsInARow;

    /** Copies or reads one file. */
    interface Transfer {
        /** @return how many bytes it had */
        long run() throws Exception;
    }

    /** @param done what has happened to each, in one word: copied, read */
    ManyFiles(VolumeClient volumes, String volume, String done) {
        this.volumes = volumes;
        this.volume = volume;
        this.done = done;
    }

    /** @throws GroupException if the group is not there, or the volume: then no other file can be */
    void transfer(String file, Transfer transfer) throws GroupException {
        try {
            bytes += transfer.run();
            files++;
            faultsInARow = 0;
        } catch (GroupException e) {
            failed(file, e.getMessage());
            volumes.filesAfter(volume, "", 1);
        } catch (IOException e) {
            failed(file, Reason.of(e));
            // What is wrong with a file, or with where it goes, takes no time.
            faultsInARow = e instanceof StreamException ? faultsInARow + 1 : 0;
            if (faultsInARow == FAULTS_IN_A_ROW_MAX) {
                throw new GroupException("given up after " + faultsInARow + " files in a row; " + summary());
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** One that is not even begun. */
    void failed(String file, @Nullable String reason) {
        failed++;
        Roundtable.say("'" + file + "' is not " + done + ": " + reason);
    }

    /** @throws GroupException if any failed */
    void end() throws GroupException {
        if (failed > 0) {
            throw new GroupException(failed + (failed == 1 ? " was" : " were") + " not " + done + "; " + summary());
        }
        System.out.println(summary());
    }

    private String summary() {
        return files + (files == 1 ? " file, " : " files, ") + Sizes.exact(bytes) + ", " + done;
    }
}
