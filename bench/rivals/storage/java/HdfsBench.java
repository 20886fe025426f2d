import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.hdfs.protocol.DatanodeInfo;
import org.apache.hadoop.hdfs.protocol.LocatedStripedBlock;

/**
 * HDFS with its NameNode, three DataNodes and the client in one JVM, files striped over two DataNodes with the XOR
 * of both on the third, cells of 1 MiB.
 *
 * <p>Usage: HdfsBench FOLDER, and orders on the standard input. The first answer comes when a first 4 KiB file is there.
 */
public final class HdfsBench implements Store {
    private static final String POLICY = "XOR-2-1-1024k";
    private static final int DATA_NODES = 3;
    private static final Path FOLDER = new Path("/d");

    private final Configuration configuration;
    private final MiniDFSCluster cluster;
    private DistributedFileSystem files;

    private HdfsBench(String folder) throws IOException {
        configuration = new HdfsConfiguration();
        configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder);
        configuration.setLong("dfs.blocksize", 128L << 20);
        configuration.setInt("dfs.replication", 1);
        configuration.set("dfs.namenode.rpc-bind-host", "127.0.0.1");
        configuration.setBoolean("dfs.namenode.redundancy.considerLoad", false);
        cluster = new MiniDFSCluster.Builder(configuration, new File(folder))
                .numDataNodes(DATA_NODES)
                .build();
        cluster.waitActive();
        files = cluster.getFileSystem();
        files.mkdirs(FOLDER);
        files.enableErasureCodingPolicy(POLICY);
        files.setErasureCodingPolicy(FOLDER, POLICY);
    }

    public static void main(String[] args) throws Exception {
        HdfsBench bench = new HdfsBench(args[0]);
        bench.put("first", Content.small(4096));
        long startedMs = ManagementFactory.getRuntimeMXBean().getStartTime();
        System.out.println("{\"seconds\":" + (System.currentTimeMillis() - startedMs) / 1e3 + "}");
        System.out.flush();
        Orders.of(bench).with("stop", words -> bench.stop(words[1])).serve();
        System.exit(0);
    }

    /** Stops the DataNode that holds the first data block of a file, and takes a client that does not know of it. */
    private Map<String, Object> stop(String name) throws Exception {
        LocatedStripedBlock group = (LocatedStripedBlock) files.getClient()
                .getLocatedBlocks(path(name).toUri().getPath(), 0)
                .get(0);
        byte[] indices = group.getBlockIndices();
        DatanodeInfo[] places = group.getLocations();
        String wanted = "";
        for (int i = 0; i < indices.length; i++) {
            wanted = indices[i] == 0 ? places[i].getDatanodeUuid() : wanted;
        }
        for (int i = 0; i < DATA_NODES; i++) {
            if (cluster.getDataNodes().get(i).getDatanodeUuid().equals(wanted)) {
                cluster.stopDataNode(i);
                files = (DistributedFileSystem) FileSystem.newInstance(files.getUri(), configuration);
                return Orders.figures("stopped", i);
            }
        }
        throw new IOException("no DataNode holds a block of " + name);
    }

    private static Path path(String name) {
        return new Path(FOLDER, name);
    }

    @Override
    public void write(String name, long bytes) throws Exception {
        Content content = new Content(bytes);
        try (FSDataOutputStream out = files.create(path(name))) {
            for (long left = bytes; left > 0; left -= Content.BLOCK_BYTES) {
                out.write(content.next(), 0, (int) Math.min(left, Content.BLOCK_BYTES));
            }
        }
    }

    @Override
    public void read(String name, Taker to) throws Exception {
        byte[] block = new byte[Content.BLOCK_BYTES];
        try (FSDataInputStream in = files.open(path(name))) {
            for (int count = in.read(block, 0, block.length); count > 0; count = in.read(block, 0, block.length)) {
                to.take(block, count);
            }
        }
    }

    @Override
    public void put(String name, byte[] content) throws Exception {
        try (FSDataOutputStream out = files.create(path(name))) {
            out.write(content);
        }
    }

    @Override
    public int get(String name, byte[] into) throws Exception {
        try (FSDataInputStream in = files.open(path(name))) {
            return in.read(into, 0, into.length);
        }
    }

    @Override
    public void remove(String name) throws Exception {
        files.delete(path(name), true);
    }
}
