package io.roundtable.folder;

import io.roundtable.protocol.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * A folder that one process keeps data in. It belongs to this process' user, and so do the folders in it; links in it are
 * refused, never followed: what they lead to is not ours to read, write or empty. The folder itself may be named by a
 * link, which is followed once. Files made here are for this user alone (0600; folders 0700) where the file system has
 * modes.
 *
 * <p>Every {@link IOException} of a check is a sentence for the user.
 */
public final class DataFolder {
    static final boolean HAS_MODES =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    static final String FILE_MODE = "rw-------";
    static final String FOLDER_MODE = "rwx------";
    private static final FileAttribute<?>[] PRIVATE_FILE = mode(FILE_MODE);
    private static final FileAttribute<?>[] PRIVATE_FOLDER = mode(FOLDER_MODE);

    private final Path named;
    private final Path root;
    private final UserPrincipal owner;

    private DataFolder(Path named, Path root, UserPrincipal owner) {
        this.named = named;
        this.root = root;
        this.owner = owner;
    }

    private static FileAttribute<?>[] mode(String letters) {
        return HAS_MODES
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(letters))
                }
                : new FileAttribute<?>[0];
    }

    /**
     * Makes a folder, with those above it, or takes the one that is there.
     *
     * @throws IOException if it cannot be had, or is another user's
     */
    public static DataFolder open(Path named) throws IOException {
        try {
            if (!isThere(named)) {
                make(named);
            }
            Path root = named.toRealPath();
            if (!Files.readAttributes(root, BasicFileAttributes.class).isDirectory()) {
                throw new IOException("the data folder " + named + " is a file; name a folder");
            }
            return new DataFolder(named, root, Files.getOwner(root, LinkOption.NOFOLLOW_LINKS)).requireOurs();
        } catch (NoSuchFileException e) {
            boolean isLink = Files.isSymbolicLink(named);
            throw new IOException("the data folder " + named
                    + (isLink
                            ? " is a link that leads nowhere; name a folder"
                            : " cannot be made: no folders can be made there"));
        } catch (FileAlreadyExistsException e) {
            throw new IOException("the data folder " + named + " cannot be made: " + e.getFile() + " is a file");
        } catch (FileSystemException e) {
            throw new IOException("the data folder " + named + " cannot be had: " + Reason.of(e));
        }
    }

    private static void make(Path named) throws IOException {
        Path above = named.toAbsolutePath().getParent();
        if (above != null) {
            Files.createDirectories(above);
        }
        try {
            Files.createDirectory(named, PRIVATE_FOLDER);
        } catch (FileAlreadyExistsException e) {
            // Somebody else made it meanwhile, and is looked at as if it had been there.
            return;
        }
    }

    private DataFolder requireOurs() throws IOException {
        UserPrincipal self = self();
        if (!self.equals(owner)) {
            throw new IOException("the data folder " + named + " belongs to the user " + owner.getName() + ", not to "
                    + self.getName() + ": run as that user, or name a folder of your own");
        }
        return this;
    }

    /** Whoever owns what we make there: that holds on network file systems too, which may call us something else. */
    private UserPrincipal self() throws IOException {
        Path probe = root.resolve("owner-" + UUID.randomUUID());
        try {
            open(probe, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE).close();
            return Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS);
        } catch (FileSystemException e) {
            if (Files.isWritable(root)) {
                // It is full, and what is there can be read all the same.
                return root.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName(System.getProperty("user.name"));
            }
            throw new IOException("the data folder " + named + " cannot be written: " + Reason.of(e));
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    /** Where it really is. */
    public Path root() {
        return root;
    }

    /**
     * A folder in this one, which is made if it is not there; it and those between are looked at.
     *
     * @param path relative, with {@code /} between names
     */
    public Path folder(String path) throws IOException {
        Path at = root;
        for (Path name : Path.of(path)) {
            at = at.resolve(name);
            if (!isThere(at)) {
                Files.createDirectory(at, PRIVATE_FOLDER);
            }
            requireFolder(at);
        }
        return at;
    }

    /**
     * Looks at all that is in a folder of this one, at any depth; nothing is changed.
     *
     * @throws IOException if there is a link among it, a folder is another user's, or something cannot be looked at
     */
    public void requireNoLinks(String path) throws IOException {
        Path top = root.resolve(path);
        if (!isThere(top)) {
            return;
        }
        requireFolder(top);
        for (Path each : Folders.list(top)) {
            BasicFileAttributes found = attributes(each);
            if (found.isDirectory()) {
                requireNoLinks(root.relativize(each).toString());
            } else if (found.isSymbolicLink()) {
                throw isLink(each);
            }
        }
    }

    private void requireFolder(Path each) throws IOException {
        BasicFileAttributes found = attributes(each);
        if (found.isSymbolicLink()) {
            throw isLink(each);
        }
        if (!found.isDirectory()) {
            throw new IOException(each + " is a file where a folder belongs; see who put it there");
        }
        UserPrincipal other = Files.getOwner(each, LinkOption.NOFOLLOW_LINKS);
        if (!other.equals(owner)) {
            throw new IOException("the folder " + each + " belongs to the user " + other.getName() + ", and " + named
                    + " to " + owner.getName() + ": give both to one user (chown -R)");
        }
    }

    private static IOException isLink(Path each) {
        return new IOException(each + " is a link, and links in a data folder are not followed: put there what it leads"
                + " to, or name another data folder");
    }

    private static BasicFileAttributes attributes(Path each) throws IOException {
        try {
            return Files.readAttributes(each, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (FileSystemException e) {
            throw new IOException(each + " cannot be looked at: " + Reason.of(e));
        }
    }

    /** Opens a file, not through a link; one that is made is for this user alone. */
    public static FileChannel open(Path file, OpenOption... options) throws IOException {
        Set<OpenOption> all = new HashSet<>(Arrays.asList(options));
        all.add(LinkOption.NOFOLLOW_LINKS);
        try {
            return FileChannel.open(file, all, PRIVATE_FILE);
        } catch (IOException e) {
            if (Files.isSymbolicLink(file)) {
                throw isLink(file);
            }
            throw e;
        }
    }

    /**
     * Whether there is anything of that name, a link included.
     *
     * @throws IOException if that cannot be told ({@code EIO}, {@code EACCES}): {@link Files#exists} says no then, and
     *     whoever believes it begins anew
     */
    public static boolean isThere(Path path) throws IOException {
        try {
            Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (FileSystemException e) {
            throw new IOException(path + " cannot be looked at: " + Reason.of(e));
        }
    }
}
