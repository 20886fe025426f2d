package io.roundtable.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the system refuses, the reason is one: not only the path that it was refused for, and not {@code null}. */
class ReasonTest {
    @TempDir
    private Path folder;

    private static String said(Executable refused) {
        return Reason.of(assertThrows(IOException.class, refused));
    }

    @Test
    void aPathAloneIsNoReason() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Path gone = folder.resolve("gone/3.tmp");
        assertEquals("there is no " + gone, said(() -> FileChannel.open(gone, StandardOpenOption.READ)));
        assertEquals(file + " is there already", said(() -> Files.createFile(file)));
        assertEquals("the folder " + folder + " is not empty", said(() -> Files.delete(folder)));
        assertEquals(file + " is no folder", said(() -> Files.newDirectoryStream(file)));
        assertEquals("f may not be used: permission denied", Reason.of(new AccessDeniedException("f")));
        assertEquals("f (file system)", Reason.of(new FileSystemException("f")));
    }

    @Test
    void whatSaysMoreThanAPathStaysAsItIs() {
        assertEquals(
                "f: Read-only file system", Reason.of(new FileSystemException("f", null, "Read-only file system")));
        assertEquals("a -> b: busy", Reason.of(new FileSystemException("a", "b", "busy")));
        assertEquals("Connection refused", Reason.of(new IOException("Connection refused")));
        String gone = folder.resolve("gone/log").toString();
        assertEquals(gone + " (No such file or directory)", said(() -> new FileOutputStream(gone)));
    }

    @Test
    void nothingIsNoReasonEither() {
        assertEquals("closed channel", Reason.of(new ClosedChannelException()));
        assertEquals("it ended too early", Reason.of(new EOFException()));
        assertEquals("the system does not say why", Reason.of(new IOException()));
    }
}
