package io.roundtable.cli;

import io.roundtable.client.GroupException;
import io.roundtable.client.VolumeClient;
import io.roundtable.protocol.FileName;
import io.roundtable.protocol.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes all files of a folder, and of those in it, to a volume: each is called by the folder's name there and its way from
 * the folder, with slashes. Links in it are not followed, but told, as whatever else is neither a file nor a folder.
 */
final class FolderCopy implements FileVisitor<Path> {
    /** A name of 1,024 bytes has no more parts. */
    private static final int DEPTH_MAX = FileName.BYTES_MAX / 2;

    private final VolumeClient volumes;
    private final String volume;
    private final Path root;
    private final String name;
    private final ManyFiles all;
    private @Nullable GroupException end;

    private FolderCopy(VolumeClient volumes, String volume, Path root, String name) {
        this.volumes = volumes;
        this.volume = volume;
        this.root = root;
        this.name = name;
        this.all = new ManyFiles(volumes, volume, "copied");
    }

    /** @throws GroupException if any file is not copied; why is told for each */
    static void copy(VolumeClient volumes, String volume, Path folder, String name) throws GroupException, IOException {
        String wrong = FileName.refusal(name);
        if (wrong != null) {
            throw new GroupException(wrong);
        }
        // The folder itself was named, so it may be a link.
        Path root = folder.toRealPath();
        FolderCopy copy = new FolderCopy(volumes, volume, root, name);
        Files.walkFileTree(root, EnumSet.noneOf(FileVisitOption.class), DEPTH_MAX, copy);
        if (copy.end != null) {
            throw copy.end;
        }
        copy.all.end();
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        String shown = root.relativize(file).toString();
        if (attributes.isSymbolicLink()) {
            all.failed(shown, "it is a link");
        } else if (attributes.isDirectory()) {
            all.failed(shown, "it lies more than " + DEPTH_MAX + " folders deep");
        } else if (!attributes.isRegularFile()) {
            all.failed(shown, "it is neither a file nor a folder");
        } else if (!Path.of(shown).equals(root.relativize(file))) {
            // The system has other bytes than these: nobody could ask for it by its name.
            all.failed(shown, "its name is not UTF-8");
        } else {
            return copy(file, shown);
        }
        return FileVisitResult.CONTINUE;
    }

    private String shown(Path path) {
        return path.equals(root) ? name : root.relativize(path).toString();
    }

    private FileVisitResult copy(Path file, String shown) {
        try {
            all.transfer(shown, () -> {
                try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
                    return CopyCommand.send(volumes, volume, name + "/" + shown, in, in.size());
                }
            });
            return FileVisitResult.CONTINUE;
        } catch (GroupException e) {
            end = e;
            return FileVisitResult.TERMINATE;
        }
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException fault) {
        all.failed(shown(file), Reason.of(fault));
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException fault) {
        if (fault != null) {
            all.failed(shown(folder), Reason.of(fault));
        }
        return FileVisitResult.CONTINUE;
    }
}
