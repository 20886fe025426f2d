package io.roundtable.gcd;

import io.roundtable.catalog.CatalogCodec;
import io.roundtable.catalog.Entry;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.retry.RetryPolicies;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;

/**
 * The way of an entry into the log: straight into our own server if it leads, else over the wire to the one that does.
 *
 * <p>What our server did not take because it does not lead any more is passed on; but changes are not, since nobody knows
 * whether it took them: their manager claims anew and looks.
 */
final class Submission implements AutoCloseable {
    /** Refused from here on: at its limit the client blocks whoever asks, and that may be a selector loop. */
    private static final int BUSY = LogSettings.PASSED_ON_MAX * 9 / 10;

    private static final int RETRIES = 40;
    private static final TimeDuration RETRY_EVERY = TimeDuration.valueOf(100, TimeUnit.MILLISECONDS);

    private final RaftServer server;
    private final RaftProperties settings;
    private final ClientId self = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();
    private final AtomicInteger passedOn = new AtomicInteger();
    private @Nullable RaftClient client;
    private @Nullable RaftGroup clientsGroup;
    private boolean closed;

    Submission(RaftServer server, RaftProperties settings) {
        this.server = server;
        this.settings = settings;
    }

    CompletableFuture<RaftClientReply> submit(Entry entry) {
        Message message = Message.valueOf(UnsafeByteOperations.unsafeWrap(CatalogCodec.encode(entry)));
        try {
            RaftGroupId log = Membership.log(server);
            if (log == null) {
                return CompletableFuture.failedFuture(new IOException("this GCD has no log yet"));
            }
            RaftServer.Division division = server.getDivision(log);
            boolean isAlone = division.getRaftConf().getCurrentPeers().size() == 1;
            if (!division.getInfo().isLeaderReady() && !isAlone) {
                return passOn(division, message);
            }
            CompletableFuture<RaftClientReply> reply = submitHere(log, message);
            return isAlone || entry instanceof Entry.Changes
                    ? reply
                    : reply.thenCompose(answer -> isPassedOn(answer) ? passOn(division, message) : reply);
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<RaftClientReply> submitHere(RaftGroupId log, Message message) throws IOException {
        return server.submitClientRequestAsync(RaftClientRequest.newBuilder()
                .setClientId(self)
                .setServerId(server.getId())
                .setGroupId(log)
                .setCallId(calls.incrementAndGet())
                .setMessage(message)
                .setType(RaftClientRequest.writeRequestType())
                .build());
    }

    private static boolean isPassedOn(RaftClientReply answer) {
        return answer.getNotLeaderException() != null
                || answer.getLeaderNotReadyException() != null
                || answer.getLeaderSteppingDownException() != null;
    }

    private CompletableFuture<RaftClientReply> passOn(RaftServer.Division division, Message message) {
        if (passedOn.incrementAndGet() > BUSY) {
            passedOn.decrementAndGet();
            return CompletableFuture.failedFuture(
                    new IOException("too many entries are on their way to the GCD that leads"));
        }
        try {
            return client(division).async().send(message).whenComplete((reply, fault) -> passedOn.decrementAndGet());
        } catch (IOException | RuntimeException e) {
            passedOn.decrementAndGet();
            return CompletableFuture.failedFuture(e);
        }
    }

    /** One that knows the group as it is now. */
    private synchronized RaftClient client(RaftServer.Division division) throws IOException {
        if (closed) {
            throw new IOException("the log is closed");
        }
        RaftGroup now = division.getGroup();
        RaftClient known = client;
        // The group's equality compares the members by their ids; their addresses never change under one id.
        if (known != null && now.equals(clientsGroup)) {
            return known;
        }
        if (known != null) {
            known.close();
        }
        RaftClient made = RaftClient.newBuilder()
                .setProperties(settings)
                .setRaftGroup(now)
                .setLeaderId(division.getInfo().getLeaderId())
                .setRetryPolicy(RetryPolicies.retryUpToMaximumCountWithFixedSleep(RETRIES, RETRY_EVERY))
                .build();
        client = made;
        clientsGroup = now;
        return made;
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        if (client != null) {
            client.close();
        }
    }
}
