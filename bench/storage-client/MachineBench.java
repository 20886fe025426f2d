import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What the machine itself can do, with nothing of a store: no parity, no checksums, no digest, one process.
 *
 * <p>Usage: MachineBench FOLDER, and orders on the standard input.
 */
public final class MachineBench implements Store {
    private static final int PIECE_BYTES = 256 << 10;
    private static final int STREAMS = 2;

    private final Path folder;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private MachineBench(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] args) throws IOException {
        try (MachineBench bench = new MachineBench(Path.of(args[0]))) {
            Orders.of(bench).serve();
        }
    }

    /** From memory over one loopback connection into one file, and fsync. */
    @Override
    public void write(String name, long bytes) throws Exception {
        try (ServerSocketChannel server = listen()) {
            Future<Void> sender = threads.submit(task(() -> {
                Content content = new Content(bytes);
                ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
                try (SocketChannel to = SocketChannel.open(server.getLocalAddress())) {
                    while (content.read(piece.clear()) > 0) {
                        piece.flip();
                        while (piece.hasRemaining()) {
                            to.write(piece);
                        }
                    }
                }
            }));
            ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
            try (SocketChannel from = server.accept();
                    FileChannel file = FileChannel.open(
                            folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                while (from.read(piece.clear()) >= 0) {
                    piece.flip();
                    while (piece.hasRemaining()) {
                        file.write(piece);
                    }
                }
                file.force(true);
            }
            sender.get();
        }
    }

    /** From the page cache over two loopback connections at once, half of the file each. */
    @Override
    public void read(String name, Taker to) throws Exception {
        Path path = folder.resolve(name);
        long half = Files.size(path) / STREAMS;
        List<Future<Void>> running = new ArrayList<>();
        try (ServerSocketChannel server = listen()) {
            for (int stream = 0; stream < STREAMS; stream++) {
                long begin = stream * half;
                running.add(threads.submit(task(() -> send(path, begin, half, server))));
                SocketChannel from = server.accept();
                running.add(threads.submit(task(() -> receive(from, to))));
            }
            for (Future<Void> each : running) {
                each.get();
            }
        }
    }

    private static void send(Path path, long begin, long bytes, ServerSocketChannel server) throws IOException {
        try (SocketChannel to = SocketChannel.open(server.getLocalAddress());
                FileChannel file = FileChannel.open(path)) {
            for (long at = begin; at < begin + bytes; ) {
                at += file.transferTo(at, begin + bytes - at, to);
            }
        }
    }

    private static void receive(SocketChannel from, Taker to) throws Exception {
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
        byte[] bytes = new byte[PIECE_BYTES];
        try (from) {
            while (from.read(piece.clear()) >= 0) {
                int count = piece.flip().remaining();
                piece.get(bytes, 0, count);
                synchronized (to) {
                    to.take(bytes, count);
                }
            }
        }
    }

    private interface Task {
        void run() throws Exception;
    }

    private static Callable<Void> task(Task task) {
        return () -> {
            task.run();
            return null;
        };
    }

    private static ServerSocketChannel listen() throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @Override
    public void put(String name, byte[] content) throws Exception {
        try (FileChannel file = FileChannel.open(
                folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(content));
            file.force(true);
        }
    }

    @Override
    public int get(String name, byte[] into) throws Exception {
        try (FileChannel file = FileChannel.open(folder.resolve(name))) {
            return file.read(ByteBuffer.wrap(into));
        }
    }

    @Override
    public void remove(String name) throws Exception {
        Files.delete(folder.resolve(name));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
