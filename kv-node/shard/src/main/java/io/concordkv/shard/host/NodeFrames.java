package io.concordkv.shard.host;

import io.concordkv.base.Flaw;
import io.concordkv.base.NodeId;
import io.concordkv.raft.Member;
import io.concordkv.shard.peer.Lane;
import io.concordkv.shard.peer.NodeFrame;
import io.concordkv.shard.port.PeerTransport;
import io.concordkv.shard.replica.Replica;
import io.concordkv.wal.WalRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One frame a heartbeat to every peer, and what theirs say: liveness of the groups they lead, clocks,
/// the fence, full disks (SAFETY I4, L8, R9, S2).
final class NodeFrames {
    private static final long LATE_NANOS = 500_000_000;
    private static final long REMEMBER_NANOS = 5_000_000_000L;
    private static final long FRESH_NANOS = 3_000_000_000L;

    private record Heard(long atNanos, boolean storageLow) {}

    private final ShardHost host;
    private final Census census;
    private final HostIdentity identity;
    private final PeerTransport transport;
    private final VolumeFence fence;
    private final ClockWatch clocks;
    private final LeaderMap leaders = new LeaderMap();
    private final Map<NodeId, Heard> heard = new TreeMap<>();
    private long lastSentNanos;
    private long rememberedNanos;
    private long rememberedSequence;

    NodeFrames(
            ShardHost host,
            Census census,
            HostIdentity identity,
            PeerTransport transport,
            Collection<WalRecord.PeerSeen> remembered) {
        this.census = census;
        this.host = host;
        this.identity = identity;
        this.transport = transport;
        this.fence = new VolumeFence(identity, remembered);
        this.clocks = new ClockWatch(host.clock());
        this.lastSentNanos = host.clock().nanos();
        this.rememberedNanos = lastSentNanos;
    }

    ClockWatch clocks() {
        return clocks;
    }

    LeaderMap leaders() {
        return leaders;
    }

    VolumeFence fence() {
        return fence;
    }

    /// Peers heard within the last three seconds.
    boolean isFresh(NodeId node) {
        Heard last = heard.get(node);
        return last != null && host.clock().nanos() - last.atNanos <= host.patience(FRESH_NANOS, 10);
    }

    boolean isStorageLow(NodeId node) {
        Heard last = heard.get(node);
        return last != null && last.storageLow;
    }

    void send() {
        long now = host.clock().nanos();
        boolean late = now - lastSentNanos > host.patience(LATE_NANOS, 2);
        lastSentNanos = now;
        List<NodeFrame.Claim> claims = late || host.isDiskStalled() ? List.of() : claims(now);
        for (NodeId peer : census.peers()) {
            NodeFrame frame = new NodeFrame(
                    identity.cluster(),
                    identity.node(),
                    identity.volume(),
                    identity.incarnation(),
                    fence.announcedTo(peer, host.durableSequence()),
                    fence.knownIncarnation(peer),
                    fence.knownSequence(peer),
                    host.clock().wallMillis(),
                    host.isStorageLow(),
                    claims);
            transport.send(peer, Lane.RAFT, frame.encode());
        }
        remember(now);
    }

    /// Records every five seconds how far the peers' logs are, unless this node's own log has nothing new
    /// since: of idle nodes each would else write what the others wrote about it, for ever. A log that is
    /// used up keeps its room.
    private void remember(long now) {
        if (now - rememberedNanos < REMEMBER_NANOS
                || host.durableSequence() <= rememberedSequence
                || host.isStorageExhausted()) {
            return;
        }
        List<WalRecord> advanced = fence.advanced();
        if (!advanced.isEmpty()) {
            rememberedNanos = now;
            rememberedSequence = host.wal().enqueue(advanced);
        }
    }

    private List<NodeFrame.Claim> claims(long now) {
        List<NodeFrame.Claim> claims = new ArrayList<>();
        for (Replica replica : host.leaders()) {
            if (replica.isLeader() && !replica.isClosed()) {
                claims.add(new NodeFrame.Claim(
                        replica.shard(), replica.id(), replica.core().term()));
                leaders.claims(replica.shard(), identity.node(), replica.core().term(), now);
            }
        }
        return claims;
    }

    /// @return why this node's volume cannot be trusted, when the frame shows it
    Optional<String> received(NodeFrame frame) {
        if (!frame.cluster().equals(identity.cluster())) {
            return Optional.empty();
        }
        long now = host.clock().nanos();
        Optional<WalRecord.PeerSeen> record = fence.met(frame);
        if (fence.damage().isPresent()) {
            return fence.damage();
        }
        if (!fence.isKnownVolume(frame)) {
            return Optional.empty();
        }
        record.ifPresent(it -> host.wal().enqueue(List.of(it)));
        heard.put(frame.node(), new Heard(now, frame.storageLow()));
        clocks.heard(frame.node(), frame.wallMillis());
        for (NodeFrame.Claim claim : frame.leads()) {
            leaders.claims(claim.shard(), frame.node(), claim.term(), now);
            Replica replica = census.get(claim.shard());
            if (replica != null) {
                replica.leaderAlive(claim.leader(), claim.term());
                host.deadlineMoved(replica);
            }
        }
        if (Flaw.NODE_FRAME_TAKEN_AS_READ_ROUND.isOn()) {
            acknowledge(frame.node());
        }
        clearReplicas();
        return Optional.empty();
    }

    private void acknowledge(NodeId node) {
        for (Replica replica : host.replicas()) {
            if (replica.isLeader()) {
                for (Member member : replica.core().configuration().members()) {
                    if (member.node().equals(node)) {
                        replica.frameAcknowledged(member.replica());
                    }
                }
            }
        }
    }

    /// Lets replicas take part whose group has a quorum that knows no more of this node than itself.
    void clearReplicas() {
        for (Replica replica : census.uncleared()) {
            if (replica.isCleared() || fence.clears(votersOf(replica))) {
                replica.clear();
                census.cleared(replica);
            }
        }
    }

    private static List<NodeId> votersOf(Replica replica) {
        return replica.core().configuration().members().stream()
                .filter(Member::isVoter)
                .map(Member::node)
                .toList();
    }
}
