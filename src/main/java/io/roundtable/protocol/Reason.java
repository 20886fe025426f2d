package io.roundtable.protocol;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why something could not be done, for the end of a sentence. What the JDK's exceptions say by themselves is often nothing
 * but a path, whose meaning only the class of the exception has, or nothing at all.
 */
public final class Reason {
    private Reason() {}

    /** Never empty; one that has a text of its own keeps it. */
    public static String of(Throwable fault) {
        if (fault instanceof FileSystemException file && isBlank(file.getReason()) && !isBlank(file.getFile())) {
            return of(file, file.getFile());
        }
        String text = fault.getMessage();
        if (text != null && !isBlank(text)) {
            return text;
        }
        return fault instanceof EOFException ? "it ended too early" : words(fault.getClass());
    }

    private static String of(FileSystemException fault, String path) {
        if (fault instanceof NoSuchFileException) {
            return "there is no " + path;
        } else if (fault instanceof FileAlreadyExistsException) {
            return path + " is there already";
        } else if (fault instanceof AccessDeniedException) {
            return path + " may not be used: permission denied";
        } else if (fault instanceof DirectoryNotEmptyException) {
            return "the folder " + path + " is not empty";
        } else if (fault instanceof NotDirectoryException) {
            return path + " is no folder";
        } else if (fault instanceof FileSystemLoopException) {
            return path + " is a link that leads back to itself";
        }
        return path + " (" + words(fault.getClass()) + ")";
    }

    /** {@code ClosedChannelException}: closed channel. */
    private static String words(Class<?> type) {
        String name = type.getSimpleName().replaceFirst("Exception$", "");
        return name.isEmpty() || type.equals(IOException.class)
                ? "the system does not say why"
                : name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }

    private static boolean isBlank(@Nullable String text) {
        return text == null || text.isBlank();
    }
}
