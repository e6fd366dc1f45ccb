package io.concordkv.node;

import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.node.admin.AdminDesk;
import io.concordkv.node.duty.Duties;
import io.concordkv.node.duty.Fate;
import io.concordkv.node.duty.LeaderBalance;
import io.concordkv.node.duty.Reservations;
import io.concordkv.node.duty.ShardReports;
import io.concordkv.node.identity.Retirement;
import io.concordkv.node.identity.VolumeIdentity;
import io.concordkv.node.route.ShardRouter;
import io.concordkv.node.topology.TopologyDesk;
import io.concordkv.raft.Role;
import io.concordkv.shard.host.HostIdentity;
import io.concordkv.shard.host.HostListener;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.shard.peer.Lane;
import io.concordkv.shard.port.Background;
import io.concordkv.shard.replica.Replica;
import io.concordkv.topology.founding.FoundingBody;
import io.concordkv.topology.machine.TopologyCommand;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.NodeRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A node's life in its cluster: its replicas and what it does for all.
public final class Membership implements HostListener {
    private static final long REPORT_NANOS = 1_000_000_000L;
    private static final long LEADERLESS_NANOS = 30_000_000_000L;
    private static final long QUORUM_NANOS = 10_000_000_000L;

    private final NodeSettings settings;
    private final NodePorts ports;
    private final VolumeIdentity identity;
    private final FoundingBody body;
    private final NodeListener listener;
    private final ShardHost host;
    private final TopologyDesk desk;
    private final ShardRouter router;
    private final ShardReports reports;
    private final Reservations reservations;
    private final LeaderBalance balance;
    private final Duties duties;
    private final Fate fate;
    private final ReplicaKeeper keeper;
    private final AdminDesk admin;
    private ClusterState seen = ClusterState.EMPTY;
    private long topologyLedNanos;
    private final long startedNanos;
    private boolean reporting;
    private boolean closed;
    private boolean retiredDeleted;
    private @Nullable String volumeDamage;

    Membership(
            NodeSettings settings,
            NodePorts ports,
            OpenedVolume volume,
            HostIdentity self,
            VolumeIdentity identity,
            NodeListener listener) {
        this.settings = settings;
        this.ports = ports;
        this.identity = identity;
        this.body = identity.body().orElseThrow();
        this.listener = listener;
        this.host = new ShardHost(
                settings.host(),
                self,
                volume.wal(),
                ports.disk(),
                ports.loop(),
                ports.clock(),
                ports.background(),
                ports.transport(),
                ports.random(),
                this);
        this.desk = new TopologyDesk(host);
        this.router = new ShardRouter(host, () -> desk.state().level());
        this.reports = new ShardReports(host);
        this.reservations = new Reservations(host, desk, reports);
        this.balance = new LeaderBalance(host);
        this.duties = new Duties(host, desk, balance, reservations, ports.founding(), body, listener::warned);
        this.fate = new Fate(host, desk, ports.founding());
        this.keeper = new ReplicaKeeper(
                host, desk, volume, identity.firstState(), settings.memoryBytes(), this::topologyApplied, listener);
        this.admin = new AdminDesk(host, desk, router, reservations, reports);
        this.startedNanos = ports.clock().nanos();
        this.topologyLedNanos = startedNanos - QUORUM_NANOS;
    }

    void start() {
        topologyApplied(identity.firstState());
        keeper.start();
        host.start();
        duties.start();
        look();
    }

    /// Once a second: what must be true in the end and may have failed before.
    private void look() {
        ports.loop().after(REPORT_NANOS, () -> {
            if (!closed) {
                NodeId leader = host.leaderOf(ShardId.TOPOLOGY);
                if (!leader.equals(NodeId.NONE) && host.isReachable(leader)) {
                    topologyLedNanos = ports.clock().nanos();
                }
                topologyApplied(desk.state());
                keeper.remind();
                found();
                report();
                askFate();
                deleteRetired();
                admin.resume();
                look();
            }
        });
    }

    private void found() {
        if (desk.isLeader() && !desk.state().isFounded()) {
            desk.submit(new TopologyCommand.Found(body), 2_000, outcome -> {});
        }
    }

    /// Tells the topology group where this node is reached now.
    private void report() {
        NodeRecord known = desk.state().nodes().get(host.identity().node());
        if (reporting || known == null) {
            return;
        }
        NodeRecord now = new NodeRecord(
                known.id(),
                known.name(),
                known.volume(),
                settings.peer(),
                settings.http(),
                settings.admin(),
                settings.zone().isEmpty() ? known.zone() : settings.zone(),
                host.identity().incarnation(),
                settings.version(),
                known.standing());
        if (!now.equals(known) && known.incarnation() <= now.incarnation()) {
            reporting = true;
            desk.submit(new TopologyCommand.ReportNode(now), 2_000, outcome -> reporting = false);
        }
    }

    /// A node that hears of no leader, or cannot trust its volume, may have been removed or replaced meanwhile.
    private void askFate() {
        boolean alone = ports.clock().nanos() - topologyLedNanos > QUORUM_NANOS;
        if (alone || volumeDamage != null || keeper.damaged().containsKey(ShardId.TOPOLOGY)) {
            fate.ask(
                    seen,
                    () -> listener.retired("node " + identity.node()
                            + " was removed from its cluster, or replaced: its data are set aside, and the next start finds an"
                            + " empty node"));
        }
    }

    /// What the node that was here before has left goes when this one serves (SAFETY I6).
    private void deleteRetired() {
        if (retiredDeleted || !notReady().isEmpty()) {
            return;
        }
        retiredDeleted = true;
        ports.background()
                .submit(
                        () -> {
                            Retirement.deleteLeft(ports.disk());
                            return true;
                        },
                        new Background.Done<Boolean>() {
                            @Override
                            public void succeeded(Boolean done) {
                                // nothing of it is left
                            }

                            @Override
                            public void failed(Exception cause) {
                                listener.warned(
                                        "what an earlier node left here cannot be deleted: " + cause.getMessage());
                            }
                        });
    }

    /// What the cluster's state says of this node.
    NodeState state() {
        ClusterState state = desk.state();
        Optional<NodeRecord> self = state.node(identity.node());
        if (self.isEmpty()) {
            return identity.ticket().isPresent()
                            && state.epoch() <= identity.firstState().epoch()
                    ? NodeState.JOINING
                    : NodeState.SERVING;
        }
        boolean holdsNothing = state.shardsOn(identity.node()).stream().allMatch(it -> it.equals(ShardId.TOPOLOGY));
        return switch (self.get().standing()) {
            case MEMBER -> NodeState.SERVING;
            case DRAINING -> holdsNothing ? NodeState.DRAINED : NodeState.DRAINING;
            case LEAVING, REPLACED -> NodeState.REMOVED;
        };
    }

    /// A frame arrived. Nothing from a node that was replaced counts (SAFETY I6).
    ///
    /// @throws io.concordkv.base.DecodeException when the frame is damaged: the connection should be closed
    public void received(NodeId from, Lane lane, byte[] frame) {
        if (seen.node(from).filter(it -> !it.standing().isHeard()).isEmpty()) {
            host.received(from, lane, frame);
        }
    }

    private void topologyApplied(ClusterState state) {
        if (state.isFounded() && state != seen && state.epoch() >= seen.epoch()) {
            seen = state;
            keeper.follow(desk.state());
            listener.topologyChanged(state);
            duties.look();
        }
    }

    @Override
    public void roleChanged(Replica replica) {
        if (replica.shard().equals(ShardId.TOPOLOGY) && replica.core().role() == Role.LEADER) {
            found();
        }
    }

    @Override
    public void damaged(Replica replica, String reason) {
        listener.warned("shard " + replica.shard() + " is damaged here: " + reason);
    }

    @Override
    public void peerDamaged(Replica leader, ReplicaId peer, String reason) {
        listener.warned("replica " + peer + " of shard " + leader.shard() + " on node " + leader.nodeOf(peer)
                + " is damaged: " + reason + ". It counts for nothing here");
    }

    @Override
    public void volumeDamaged(String reason) {
        if (volumeDamage == null) {
            volumeDamage = reason;
            listener.warned(reason);
        }
    }

    @Override
    public void heard(NodeId node) {
        // liveness is looked up where it is needed
    }

    public Optional<String> volumeDamage() {
        return Optional.ofNullable(volumeDamage);
    }

    List<String> notReady() {
        List<String> reasons = new ArrayList<>();
        long now = ports.clock().nanos();
        String damage = volumeDamage;
        if (damage != null) {
            reasons.add("replica-damaged: " + damage);
        }
        if (!keeper.isOpen()) {
            reasons.add("replaying the log");
            return reasons;
        }
        if (now - topologyLedNanos > QUORUM_NANOS) {
            reasons.add("the topology group has no leader");
        }
        boolean patient = now - startedNanos > LEADERLESS_NANOS;
        for (Replica replica : host.replicas()) {
            boolean leaderless = replica.leaderNode().equals(NodeId.NONE);
            boolean votes = replica.core().configuration().isVoter(replica.id());
            if (votes && replica.damage().isEmpty() && !replica.hasCaughtUp() && !(leaderless && patient)) {
                reasons.add("shard " + replica.shard() + " is not caught up yet");
            }
        }
        return reasons;
    }

    public ShardHost host() {
        return host;
    }

    public TopologyDesk desk() {
        return desk;
    }

    public ShardRouter router() {
        return router;
    }

    public ShardReports reports() {
        return reports;
    }

    public Fate fate() {
        return fate;
    }

    public LeaderBalance balance() {
        return balance;
    }

    public Duties duties() {
        return duties;
    }

    public AdminDesk admin() {
        return admin;
    }

    /// The engines of all shards take as much memory as they may.
    public boolean isMemoryFull() {
        return keeper.isMemoryFull();
    }

    /// Bytes the engines of all shards take.
    public long memoryBytes() {
        return keeper.memoryBytes();
    }

    /// Shards whose replica here cannot be trusted, or leads others that hold something else, with the reason.
    public java.util.SortedMap<ShardId, String> damagedShards() {
        var damaged = keeper.damaged();
        for (Replica replica : host.replicas()) {
            replica.disagreement().ifPresent(it -> damaged.putIfAbsent(replica.shard(), it));
        }
        return damaged;
    }

    void close() {
        closed = true;
        duties.close();
        host.close();
    }
}
