package io.concordkv.node;

import io.concordkv.base.ClusterId;
import io.concordkv.base.NodeId;
import io.concordkv.base.ShardId;
import io.concordkv.node.founding.Founding;
import io.concordkv.node.founding.FoundingMessage;
import io.concordkv.node.identity.VolumeIdentity;
import io.concordkv.shard.host.HostIdentity;
import io.concordkv.topology.founding.FoundingBody;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.wal.Wal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One node: empty until founded, then a member of its cluster. On the loop, but for the constructor.
public final class ConcordNode {
    private final NodeSettings settings;
    private final NodePorts ports;
    private final NodeListener listener;
    private final OpenedVolume volume;
    private final Founding founding;
    private @Nullable Membership membership;
    private boolean stopping;

    public ConcordNode(NodeSettings settings, NodePorts ports, OpenedVolume volume, NodeListener listener) {
        this.settings = settings;
        this.ports = ports;
        this.volume = volume;
        this.listener = listener;
        this.founding = new Founding(
                volume.identity(),
                volume.file(),
                ports.founding(),
                ports.background(),
                ports.loop(),
                new FoundingMembers(),
                identity -> join(identity));
    }

    public void start() {
        volume.wal().recovery().events().forEach(listener::warned);
        if (founding.identity().stage() == VolumeIdentity.Stage.ACTIVE) {
            join(founding.identity());
        } else {
            founding.start();
        }
    }

    private void join(VolumeIdentity identity) {
        FoundingBody body = identity.body().orElseThrow();
        HostIdentity self = new HostIdentity(
                body.cluster(),
                identity.node(),
                identity.volume(),
                volume.wal().recovery().incarnation(),
                volume.wal().recovery().recoveredSequence());
        membership = new Membership(settings, ports, volume, self, identity, listener);
        membership.start();
    }

    public NodeSettings settings() {
        return settings;
    }

    public Wal wal() {
        return volume.wal();
    }

    public Founding founding() {
        return founding;
    }

    /// Present once this node belongs to a cluster.
    public Optional<Membership> membership() {
        return Optional.ofNullable(membership);
    }

    public Optional<ClusterId> cluster() {
        return founding.identity().body().map(FoundingBody::cluster);
    }

    public NodeId id() {
        return founding.identity().node();
    }

    public NodeState state() {
        Membership member = membership;
        if (member == null) {
            return founding.identity().stage() == VolumeIdentity.Stage.PREPARED ? NodeState.PREPARED : NodeState.EMPTY;
        }
        if (member.volumeDamage().isPresent()) {
            return NodeState.DAMAGED;
        }
        return stopping ? NodeState.DRAINING : member.state();
    }

    /// Why this node is not ready to serve (SAFETY F2); empty when it is.
    public List<String> notReady() {
        List<String> reasons = new ArrayList<>();
        Membership member = membership;
        if (stopping) {
            reasons.add("stopping");
        } else if (member == null) {
            reasons.add("not-bootstrapped");
        } else {
            reasons.addAll(member.notReady());
        }
        return reasons;
    }

    public ClusterState clusterState() {
        Membership member = membership;
        return member == null ? ClusterState.EMPTY : member.desk().state();
    }

    /// Leaders move away from now on; see [#leadersLeft].
    public void beginStop() {
        stopping = true;
        founding.close();
        Membership member = membership;
        if (member != null) {
            member.balance().stop();
            member.duties().look();
        }
    }

    /// Groups this node still leads that others could.
    public long leadersLeft() {
        Membership member = membership;
        return member == null ? 0 : member.balance().leadersToGiveAway();
    }

    /// Ends everything on the loop; the WAL is closed by whoever pumps it.
    public void close() {
        founding.close();
        Membership member = membership;
        if (member != null) {
            member.close();
        }
    }

    /// The node that leads a shard as far as is known here.
    public NodeId leaderOf(ShardId shard) {
        Membership member = membership;
        return member == null ? NodeId.NONE : member.host().leaderOf(shard);
    }

    private final class FoundingMembers implements Founding.Members {
        @Override
        public boolean hasTopology() {
            Membership member = membership;
            return member != null && member.host().find(ShardId.TOPOLOGY).isPresent();
        }

        @Override
        public void fateOf(FoundingMessage.AskFate ask, Consumer<FoundingMessage> reply) {
            Membership member = membership;
            if (member == null) {
                reply.accept(new FoundingMessage.Refuse("this node belongs to no cluster"));
            } else {
                member.fate().answer(ask, reply);
            }
        }
    }
}
