package io.roundtable.gcd;

import java.net.InetSocketAddress;
import java.util.Collection;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;

/**
 * The wire of a GCD that has no others to talk to: none. It opens no port, loads none of gRPC's classes, and so is up
 * sooner and smaller. Ratis finds it by its name.
 */
public final class LoneRpc implements RpcType {
    public LoneRpc() {}

    @Override
    public String name() {
        return getClass().getName();
    }

    @Override
    public ServerFactory newFactory(Parameters parameters) {
        return new Factory();
    }

    private static final class Factory implements ServerFactory {
        @Override
        public RpcType getRpcType() {
            return new LoneRpc();
        }

        @Override
        public RaftServerRpc newRaftServerRpc(RaftServer server) {
            return new Silence();
        }
    }

    private static final class Silence implements RaftServerRpc {
        @Override
        public RpcType getRpcType() {
            return new LoneRpc();
        }

        @Override
        public void start() {}

        @Override
        public void close() {}

        @Override
        public InetSocketAddress getInetSocketAddress() {
            return InetSocketAddress.createUnresolved("nowhere", 0);
        }

        @Override
        public void handleException(RaftPeerId server, Exception fault, boolean reconnect) {}

        @Override
        public void addRaftPeers(Collection<RaftPeer> peers) {}

        @Override
        public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) {
            throw alone();
        }

        @Override
        public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request) {
            throw alone();
        }

        @Override
        public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request) {
            throw alone();
        }

        @Override
        public StartLeaderElectionReplyProto startLeaderElection(StartLeaderElectionRequestProto request) {
            throw alone();
        }

        private static UnsupportedOperationException alone() {
            return new UnsupportedOperationException("a GCD without others has nobody to ask");
        }
    }
}
