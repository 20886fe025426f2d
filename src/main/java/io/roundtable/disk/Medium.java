package io.roundtable.disk;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * A folder tree of a file system, reduced to what a disk needs. Paths are relative to the data folder, with {@code /}
 * between names. Thread-safe.
 *
 * <p>What survives a loss of power: bytes after {@link MediumFile#force}; names made, changed or taken away after
 * {@link #forceFolder} of their folder. Everything else may survive, wholly or in part.
 */
public interface Medium {
    /**
     * Total and free bytes.
     *
     * @param usableBytes that this process could still write
     */
    record Space(long totalBytes, long usableBytes) {}

    /**
     * Makes an empty file.
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is one of that name
     */
    MediumFile create(String path) throws IOException;

    /**
     * Opens a file to read and write.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    MediumFile open(String path) throws IOException;

    /** Renames a file, in one step, over whatever has the new name. */
    void rename(String from, String to) throws IOException;

    /** Deletes a file; false if there is none. Who has it open can go on reading. */
    boolean delete(String path) throws IOException;

    boolean exists(String path) throws IOException;

    /**
     * What has this name now, a file or a folder, the empty path for the data folder itself: equal to what another call
     * returned if it was the same one, and somebody had it open in between. Costs no more than a look at a name.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    Object key(String path) throws IOException;

    /** The names in a folder, sorted. The empty path is the data folder itself. */
    List<String> list(String folder) throws IOException;

    /** Makes a folder, with those above it; one that is there is left alone. */
    void makeFolder(String folder) throws IOException;

    /** Makes the names in a folder durable. */
    void forceFolder(String folder) throws IOException;

    Space space() throws IOException;

    /** What it is, for people: the beginning of a sentence about it. */
    default String title() {
        return "its data folder " + this;
    }

    /** A number that media have in common which lie on one file system of one machine; 0 if that is not known. */
    default long fileSystem() {
        return 0;
    }

    /**
     * Keeps other processes out until it is closed. The file is made if there is none.
     *
     * @throws IOException with a sentence for people if somebody else has the lock
     */
    Closeable lock(String path) throws IOException;
}
