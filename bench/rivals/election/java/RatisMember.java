import java.io.File;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.impl.BaseStateMachine;

/**
 * One Ratis member with its default settings, over gRPC. Prints {@code MICROS LEADER NAME} when its leader changes.
 *
 * <p>Arguments: own number, how many members, first port, data folder.
 */
public final class RatisMember {
    private static final UUID GROUP = UUID.fromString("02511d47-d67c-49a3-9011-abb3109a44c1");

    private static final class Voice extends BaseStateMachine {
        @Override
        public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
            say("LEADER " + (leader == null ? "-" : leader));
        }
    }

    private static synchronized void say(String line) {
        Instant now = Instant.now();
        System.out.println(now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000 + " " + line);
        System.out.flush();
    }

    public static void main(String[] arguments) throws Exception {
        int number = Integer.parseInt(arguments[0]);
        int members = Integer.parseInt(arguments[1]);
        int port = Integer.parseInt(arguments[2]);
        List<RaftPeer> peers = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            peers.add(RaftPeer.newBuilder()
                    .setId("m" + i)
                    .setAddress("127.0.0.1:" + (port + i))
                    .build());
        }
        RaftProperties properties = new RaftProperties();
        RaftServerConfigKeys.setStorageDir(properties, List.of(new File(arguments[3], "m" + number)));
        RaftConfigKeys.Rpc.setType(properties, SupportedRpcType.GRPC);
        GrpcConfigKeys.Server.setPort(properties, port + number);
        GrpcConfigKeys.Server.setHost(properties, "127.0.0.1");
        RaftServer server = RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf("m" + number))
                .setGroup(RaftGroup.valueOf(RaftGroupId.valueOf(GROUP), peers))
                .setStateMachine(new Voice())
                .setProperties(properties)
                .setOption(RaftStorage.StartupOption.FORMAT)
                .build();
        server.start();
        Thread.sleep(Long.MAX_VALUE);
    }
}
