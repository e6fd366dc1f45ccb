package io.concordkv.shard.host;

import io.concordkv.base.Flaw;
import io.concordkv.base.NodeId;
import io.concordkv.base.VolumeId;
import io.concordkv.shard.peer.NodeFrame;
import io.concordkv.wal.WalRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The fence against old volumes (SAFETY I4): what this node remembers of its peers, and whether any of
/// them remembers more of this node than its own volume does.
///
/// Incarnations alone do not tell: a volume that goes back by one start counts up to the same number
/// again, and a peer may hear of the new incarnation before it says what it knew of the last one. So
/// until a peer's first frame has come, this node tells it no more than it recovered. Whatever such a peer
/// knows beyond that, it knows of a time that this volume has lost.
final class VolumeFence {
    /// What is remembered of one peer.
    private static final class Peer {
        final VolumeId volume;
        long incarnation;
        long sequence;
        /// The sequence in this node's own log; `sequence` is what was heard last.
        long recorded;

        Peer(VolumeId volume, long incarnation, long sequence) {
            this.volume = volume;
            this.incarnation = incarnation;
            this.sequence = sequence;
            this.recorded = sequence;
        }
    }

    private final HostIdentity self;
    private final Map<NodeId, Peer> peers = new TreeMap<>();
    private final TreeSet<NodeId> shaken = new TreeSet<>();
    private @Nullable String damage;

    VolumeFence(HostIdentity self, Collection<WalRecord.PeerSeen> remembered) {
        this.self = self;
        for (WalRecord.PeerSeen each : remembered) {
            peers.put(each.node(), new Peer(each.volume(), each.incarnation(), each.sequence()));
        }
    }

    /// Highest (incarnation, sequence) remembered of a node; zeros when it was never seen.
    long knownIncarnation(NodeId node) {
        Peer peer = peers.get(node);
        return peer == null ? 0 : peer.incarnation;
    }

    long knownSequence(NodeId node) {
        Peer peer = peers.get(node);
        return peer == null ? 0 : peer.sequence;
    }

    /// Takes in a peer's frame.
    ///
    /// @return a record to write when the peer or its incarnation is new
    Optional<WalRecord.PeerSeen> met(NodeFrame frame) {
        boolean knowsMore = frame.knownIncarnation() > self.incarnation()
                || !shaken.contains(frame.node()) && frame.knownSequence() > self.recoveredSequence();
        if (knowsMore && !Flaw.VOLUME_WIPED_NAME_KEPT.isOn()) {
            damage = "node " + frame.node() + " remembers incarnation " + frame.knownIncarnation()
                    + " and log sequence "
                    + frame.knownSequence() + " of this node, its volume only incarnation " + self.incarnation()
                    + " and sequence " + self.recoveredSequence() + ": the volume is older than what was acknowledged";
            return Optional.empty();
        }
        Peer peer = peers.get(frame.node());
        if (peer != null && !peer.volume.equals(frame.volume()) && !Flaw.VOLUME_WIPED_NAME_KEPT.isOn()) {
            return Optional.empty(); // another volume under that id: no peer of ours
        }
        shaken.add(frame.node());
        boolean newIncarnation = peer == null || frame.incarnation() > peer.incarnation;
        if (peer == null) {
            peer = new Peer(frame.volume(), 0, 0);
            peers.put(frame.node(), peer);
        }
        peer.incarnation = Math.max(peer.incarnation, frame.incarnation());
        peer.sequence = Math.max(peer.sequence, frame.syncedSequence());
        return newIncarnation ? Optional.of(record(frame.node(), peer)) : Optional.empty();
    }

    /// Records of all peers that have written since they were last recorded.
    List<WalRecord> advanced() {
        List<WalRecord> records = new ArrayList<>();
        peers.forEach((node, peer) -> {
            if (peer.sequence > peer.recorded) {
                records.add(record(node, peer));
            }
        });
        return records;
    }

    private static WalRecord.PeerSeen record(NodeId node, Peer peer) {
        peer.recorded = peer.sequence;
        return new WalRecord.PeerSeen(node, peer.volume, peer.incarnation, peer.sequence);
    }

    /// What to tell `peer` of this node's log, of which everything up to `durable` is synced.
    long announcedTo(NodeId peer, long durable) {
        return shaken.contains(peer) ? durable : self.recoveredSequence();
    }

    /// True when the frame comes from the volume this node knows under that node id.
    boolean isKnownVolume(NodeFrame frame) {
        Peer peer = peers.get(frame.node());
        return peer == null || peer.volume.equals(frame.volume()) || Flaw.VOLUME_WIPED_NAME_KEPT.isOn();
    }

    /// True once handshakes with a quorum of `voters`, this node counted, have been made since the start.
    boolean clears(Collection<NodeId> voters) {
        if (damage != null) {
            return false;
        }
        long met = voters.stream()
                .filter(it -> it.equals(self.node()) || shaken.contains(it))
                .count();
        return met * 2 > voters.size();
    }

    /// The volume is older than what this node acknowledged, as something else has shown.
    void distrust(String reason) {
        if (damage == null) {
            damage = reason;
        }
    }

    Optional<String> damage() {
        return Optional.ofNullable(damage);
    }
}
