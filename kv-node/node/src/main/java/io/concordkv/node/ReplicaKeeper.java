package io.concordkv.node;

import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.engine.EngineContext;
import io.concordkv.engine.Engines;
import io.concordkv.engine.MemoryBudget;
import io.concordkv.node.topology.ReplicaCatalog;
import io.concordkv.node.topology.TopologyDesk;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.ConfigurationCodec;
import io.concordkv.raft.Member;
import io.concordkv.raft.MemberRole;
import io.concordkv.shard.apply.KvStateMachine;
import io.concordkv.shard.apply.RevisionRule;
import io.concordkv.shard.apply.StateMachineFactory;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.shard.port.Background;
import io.concordkv.shard.replica.Replica;
import io.concordkv.shard.replica.ShardDescriptor;
import io.concordkv.topology.machine.TopologyCommand;
import io.concordkv.topology.machine.TopologyMachine;
import io.concordkv.topology.state.ClusterState;
import io.concordkv.topology.state.KeyspaceMode;
import io.concordkv.topology.state.KeyspaceRecord;
import io.concordkv.topology.state.MoveRecord;
import io.concordkv.topology.state.ShardRecord;
import io.concordkv.wal.RecoveredGroup;
import io.concordkv.wal.WalQueueFullException;
import io.concordkv.wal.WalRecord;
import io.concordkv.wal.WalRecovery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Which replicas are on this node: opens those of the log, creates those the topology orders, destroys
/// those it has forgotten. A replica that should be here and is not, is damaged and never made anew
/// (SAFETY R2, R3).
public final class ReplicaKeeper {
    private static final long COMMAND_MILLIS = 3_000;
    private static final long REPORT_AGAIN_NANOS = 1_000_000_000;
    private static final long CREATE_AGAIN_NANOS = 5_000_000_000L;

    private final ShardHost host;
    private final TopologyDesk desk;
    private final OpenedVolume volume;
    private final ClusterState first;
    private final Consumer<ClusterState> topologyApplied;
    private final NodeListener listener;
    private final ForgottenReplicas forgotten;
    private final DamageReports damageReports;
    private final MemoryBudget memory = MemoryBudget.unbounded();
    private final long memoryMax;
    private final SortedMap<ShardId, ShardDescriptor> onDisk;
    /// Descriptors that cannot be read, with the reason.
    private final SortedMap<ShardId, String> unreadable;
    /// Damaged replicas that are known without a descriptor.
    private final SortedMap<ShardId, ReplicaId> undescribed = new TreeMap<>();
    private final TreeSet<ShardId> busy = new TreeSet<>();
    private final TreeSet<ShardId> awaitingActive = new TreeSet<>();
    /// What is to be done again at `createAgainNanos`; the shards stay busy until then.
    private final List<Runnable> notCreated = new ArrayList<>();
    private long createAgainNanos;
    private List<ShardId> reported = List.of();
    private final SortedMap<ShardId, ReplicaId> reportedLearners = new TreeMap<>();
    private boolean unreportedLearner;
    private long reportedNanos;
    private boolean reporting;
    private boolean unreported;
    /// A tombstone found no room in the queue of the log; it is tried again.
    private boolean undestroyed;
    private int opening;
    private boolean started;

    public ReplicaKeeper(
            ShardHost host,
            TopologyDesk desk,
            OpenedVolume volume,
            ClusterState first,
            long memoryMax,
            Consumer<ClusterState> topologyApplied,
            NodeListener listener) {
        this.host = host;
        this.desk = desk;
        this.volume = volume;
        this.first = first;
        this.memoryMax = memoryMax;
        this.topologyApplied = topologyApplied;
        this.listener = listener;
        this.forgotten = new ForgottenReplicas(host, listener);
        this.damageReports = new DamageReports(host, desk);
        this.onDisk = new TreeMap<>(volume.replicas().descriptors());
        this.unreadable = new TreeMap<>(volume.replicas().damaged());
    }

    /// Opens what the log holds; the first time after the founding, creates what the first state lists.
    public void start() {
        var recovery = volume.wal().recovery();
        boolean nothingYet = recovery.groups().isEmpty()
                && recovery.damaged().isEmpty()
                && recovery.tombstones().isEmpty();
        if (nothingYet) {
            createFounding();
            return;
        }
        started = true;
        finishDestructions(recovery);
        for (var group : recovery.groups().entrySet()) {
            ShardDescriptor descriptor = onDisk.get(group.getKey());
            ReplicaId replica = group.getValue().replica();
            if (forgotten.isDestroyed(group.getKey(), replica)) { // an older version created it again
                destroy(group.getKey(), new ReplicaId(replica.value() + 1));
            } else if (descriptor == null) {
                undescribed.put(group.getKey(), replica);
                damage(group.getKey(), unreadable.getOrDefault(group.getKey(), "its descriptor is missing"));
            } else {
                openNow(descriptor, group.getValue());
            }
        }
        boolean topologyHere = recovery.groups().containsKey(ShardId.TOPOLOGY);
        if (!topologyHere && !isDamaged(ShardId.TOPOLOGY)) {
            damage(
                    ShardId.TOPOLOGY,
                    "it is not in the log, though node " + host.identity().node() + " of cluster " + first.cluster()
                            + " has it");
        }
    }

    /// The node died between a tombstone and the end of the files.
    private void finishDestructions(WalRecovery recovery) {
        for (ShardId shard : recovery.tombstones().keySet()) {
            ShardDescriptor descriptor = onDisk.get(shard);
            boolean isLeftOver = descriptor == null
                    ? unreadable.containsKey(shard)
                    : forgotten.isDestroyed(shard, descriptor.replica());
            boolean isInTheLog =
                    recovery.groups().containsKey(shard) || recovery.damaged().containsKey(shard);
            if (isLeftOver && !isInTheLog) {
                onDisk.remove(shard);
                unreadable.remove(shard);
                busy.add(shard);
                forgotten.deleteFiles(shard, () -> busy.remove(shard));
            }
        }
    }

    private void createFounding() {
        List<ShardDescriptor> descriptors = new ArrayList<>();
        List<WalRecord> records = new ArrayList<>();
        SortedMap<ShardId, Configuration> configurations = new TreeMap<>();
        for (ShardRecord shard : first.shards().values()) {
            own(first, shard).ifPresent(replica -> {
                Configuration configuration = first(shard, replica);
                configurations.put(shard.id(), configuration);
                descriptors.add(descriptor(first, shard, replica));
                records.add(new WalRecord.GroupCreated(shard.id(), replica, ConfigurationCodec.encode(configuration)));
            });
        }
        create(
                descriptors,
                records,
                () -> {
                    started = true;
                    for (ShardDescriptor descriptor : descriptors) {
                        openNow(
                                descriptor,
                                empty(
                                        descriptor.replica(),
                                        Objects.requireNonNull(configurations.get(descriptor.shard()))));
                    }
                },
                this::createFounding);
    }

    /// Descriptors first, then all groups in one WAL frame: all of them are on disk or none.
    ///
    /// @param again what to do some seconds after it failed: a full disk may have room then
    private void create(List<ShardDescriptor> descriptors, List<WalRecord> records, Runnable created, Runnable again) {
        host.background().submit(() -> writeDescriptors(descriptors), new Background.Done<Boolean>() {
            @Override
            public void succeeded(Boolean done) {
                descriptors.forEach(it -> onDisk.put(it.shard(), it));
                try {
                    host.whenDurable(host.wal().enqueue(records), created);
                } catch (WalQueueFullException full) {
                    failed(full);
                }
            }

            @Override
            public void failed(Exception cause) {
                listener.warned("cannot create replicas " + descriptors + ": " + cause.getMessage());
                notCreated.add(again);
                createAgainNanos = host.clock().nanos() + CREATE_AGAIN_NANOS;
            }
        });
    }

    private boolean writeDescriptors(List<ShardDescriptor> descriptors) throws IOException {
        ReplicaCatalog catalog = new ReplicaCatalog(host.disk());
        for (ShardDescriptor descriptor : descriptors) {
            catalog.write(descriptor);
        }
        return true;
    }

    private Optional<Member> own(ShardRecord shard) {
        return Stream.concat(shard.configuration().members().stream(), shard.configuration().outgoing().stream())
                .filter(it -> it.node().equals(host.identity().node()))
                .findFirst();
    }

    /// The replica of the shard that belongs on this node: a member, or one that is to become one.
    private Optional<ReplicaId> own(ClusterState state, ShardRecord shard) {
        return own(shard)
                .map(Member::replica)
                .or(() -> state.moveOf(shard.id())
                        .filter(it -> it.to().equals(host.identity().node()))
                        .map(MoveRecord::toReplica));
    }

    /// With which members a replica begins: those of the founding; a learner with the members as last observed and
    /// itself, so that it knows whose handshakes to wait for (SAFETY I4). The log it receives says what is true.
    private Configuration first(ShardRecord shard, ReplicaId replica) {
        if (shard.configuration().contains(replica)) {
            return shard.configuration();
        }
        List<Member> members = new ArrayList<>(shard.configuration().members());
        members.add(new Member(replica, host.identity().node(), MemberRole.LEARNER));
        return Configuration.of(members);
    }

    private static ShardDescriptor descriptor(ClusterState state, ShardRecord shard, ReplicaId replica) {
        KeyspaceRecord keyspace = state.keyspaces().values().stream()
                .filter(it -> it.id().value() == shard.keyspace())
                .findFirst()
                .orElse(null);
        boolean counted = keyspace != null && keyspace.mode() == KeyspaceMode.SINGLE;
        String engine = keyspace == null ? "memory" : keyspace.engine();
        return new ShardDescriptor(shard.id(), replica, shard.keyspace(), engine, counted, shard.from(), shard.to());
    }

    private static RecoveredGroup empty(ReplicaId replica, Configuration configuration) {
        return new RecoveredGroup(
                replica,
                0,
                0,
                0,
                LogPosition.BEFORE_FIRST,
                ConfigurationCodec.encode(configuration),
                0,
                List.of(),
                0,
                List.of(),
                Optional.empty());
    }

    private void openNow(ShardDescriptor descriptor, RecoveredGroup recovered) {
        opening++;
        busy.add(descriptor.shard());
        host.open(descriptor, recovered, factory(descriptor), new Background.Done<Replica>() {
            @Override
            public void succeeded(Replica replica) {
                opened(descriptor.shard());
            }

            @Override
            public void failed(Exception cause) {
                damage(descriptor.shard(), "it cannot be opened: " + cause.getMessage());
                opened(descriptor.shard());
            }
        });
    }

    /// States that came while replicas were opening were not followed; the last of them is now.
    private void opened(ShardId shard) {
        opening--;
        busy.remove(shard);
        follow(desk.state());
    }

    private StateMachineFactory factory(ShardDescriptor descriptor) {
        if (descriptor.shard().equals(ShardId.TOPOLOGY)) {
            return () -> new TopologyMachine(topologyApplied);
        }
        RevisionRule rule = descriptor.counted() ? RevisionRule.COUNTED : RevisionRule.TIMED;
        return () -> new KvStateMachine(
                Engines.byName(descriptor.engine())
                        .open(EngineContext.of("shard-" + descriptor.shard(), memory, host.clock())),
                rule);
    }

    private void damage(ShardId shard, String reason) {
        host.damaged().add(shard, reason);
        listener.warned("the replica of shard " + shard + " on this node is damaged: " + reason);
    }

    /// True once everything the log holds is open.
    public boolean isOpen() {
        return started && opening == 0;
    }

    /// Shards whose replica here cannot be trusted, with the reason.
    public SortedMap<ShardId, String> damaged() {
        return host.damaged().all();
    }

    private boolean isDamaged(ShardId shard) {
        return host.damaged().reason(shard).isPresent();
    }

    /// Bytes the engines of all shards take.
    public long memoryBytes() {
        return memory.reserved();
    }

    public boolean isMemoryFull() {
        return memory.reserved() > memoryMax;
    }

    /// Brings the replicas of this node in line with the cluster's state.
    public void follow(ClusterState state) {
        if (!isOpen() || !state.isFounded()) {
            return;
        }
        List<ShardId> created = new ArrayList<>();
        unreportedLearner = false;
        for (ShardRecord shard : state.shards().values()) {
            own(state, shard).ifPresent(replica -> follow(state, shard, replica, created));
        }
        unreported = !created.isEmpty();
        if (unreported) {
            report(created);
        }
        destroyForgotten(state);
    }

    /// Once a second: a report may have been lost, or a replica could not be created, and a shard would stay
    /// CREATING for ever.
    void remind() {
        boolean again = !notCreated.isEmpty() && host.clock().nanos() - createAgainNanos >= 0;
        if (again) {
            List<Runnable> now = List.copyOf(notCreated);
            notCreated.clear();
            now.forEach(Runnable::run);
        }
        if (isOpen()) {
            damageReports.look(desk.state(), damaged());
        }
        if (unreported || unreportedLearner || undestroyed || again) {
            follow(desk.state());
        }
    }

    private void report(List<ShardId> created) {
        long now = host.clock().nanos();
        if (created.equals(reported) && (reporting || now - reportedNanos < REPORT_AGAIN_NANOS)) {
            return;
        }
        reported = created;
        reportedNanos = now;
        reporting = true;
        desk.submit(new TopologyCommand.ReportCreated(host.identity().node(), created), COMMAND_MILLIS, outcome -> {
            if (reported == created) {
                reporting = false;
            }
        });
    }

    /// By its own id: an earlier learner of the shard, given up since, may have been reported from here too.
    private void reportLearner(ShardId shard, ReplicaId replica) {
        unreportedLearner = true;
        long now = host.clock().nanos();
        if (!replica.equals(reportedLearners.get(shard)) || now - reportedNanos >= REPORT_AGAIN_NANOS) {
            reportedLearners.put(shard, replica);
            reportedNanos = now;
            desk.submit(new TopologyCommand.ReportReplica(shard, replica), COMMAND_MILLIS, outcome -> {});
        }
    }

    /// Whether the replica came from the log without its report having arrived: the node died between.
    private boolean isUnreported(ShardRecord shard, ReplicaId replica) {
        return !shard.created().contains(replica)
                && !busy.contains(shard.id())
                && !isDamaged(shard.id())
                && host.find(shard.id())
                        .filter(it -> it.id().equals(replica) && it.damage().isEmpty())
                        .isPresent();
    }

    private void follow(ClusterState state, ShardRecord shard, ReplicaId replica, List<ShardId> created) {
        if (isUnreported(shard, replica)) {
            if (own(shard).isPresent()) {
                created.add(shard.id());
            } else {
                reportLearner(shard.id(), replica);
            }
            return;
        }
        if (host.find(shard.id()).isPresent()
                || busy.contains(shard.id())
                || isDamaged(shard.id())
                || forgotten.isDestroyed(shard.id(), replica)) {
            return;
        }
        if (awaitingActive.contains(shard.id())) {
            if (shard.isActive()) {
                awaitingActive.remove(shard.id());
                openNow(descriptor(state, shard, replica), empty(replica, first(shard, replica)));
            } else if (!shard.created().contains(replica)) {
                created.add(shard.id());
            }
            return;
        }
        if (shard.created().contains(replica)) {
            undescribed.put(shard.id(), replica);
            damage(shard.id(), "it was created here and is not in the log any more");
            return;
        }
        busy.add(shard.id());
        WalRecord record =
                new WalRecord.GroupCreated(shard.id(), replica, ConfigurationCodec.encode(first(shard, replica)));
        create(
                List.of(descriptor(state, shard, replica)),
                List.of(record),
                () -> {
                    busy.remove(shard.id());
                    awaitingActive.add(shard.id());
                    follow(desk.state());
                },
                () -> busy.remove(shard.id()));
    }

    /// Only a state that is new enough to have known a shard may forget it. What was damaged, or was not
    /// opened yet, or left files behind when the node died, goes too.
    private void destroyForgotten(ClusterState state) {
        undestroyed = false;
        TreeSet<ShardId> here = new TreeSet<>(damaged().keySet());
        here.addAll(onDisk.keySet());
        here.addAll(unreadable.keySet());
        host.replicas().forEach(it -> here.add(it.shard()));
        for (ShardId shard : here) {
            boolean isForgotten = !state.shards().containsKey(shard) && shard.value() < state.nextShard();
            if (isForgotten && !busy.contains(shard)) {
                destroy(shard, new ReplicaId(state.nextReplica()));
            } else if (!busy.contains(shard)) {
                leftBehind(state, shard).ifPresent(it -> destroy(shard, new ReplicaId(it.value() + 1)));
            }
        }
    }

    /// The replica here, when the cluster knew it and a committed configuration of its shard is without it
    /// (SAFETY R1).
    private Optional<ReplicaId> leftBehind(ClusterState state, ShardId shard) {
        Optional<ReplicaId> here = Optional.ofNullable(onDisk.get(shard))
                .map(ShardDescriptor::replica)
                .or(() -> Optional.ofNullable(undescribed.get(shard)));
        Optional<ShardRecord> record = state.shard(shard);
        if (here.isEmpty() || record.isEmpty() || here.get().value() >= state.nextReplica()) {
            return Optional.empty();
        }
        boolean isMember = record.get().configuration().contains(here.get());
        boolean isAwaited = state.moveOf(shard)
                .filter(it -> it.toReplica().equals(here.get()))
                .isPresent();
        return isMember || isAwaited ? Optional.empty() : here;
    }

    /// Until its files are gone the shard is busy: nothing is created beside.
    private void destroy(ShardId shard, ReplicaId lowestAcceptable) {
        try {
            forgotten.destroy(shard, lowestAcceptable, () -> {
                busy.remove(shard);
                follow(desk.state()); // another replica of the shard may have been ordered meanwhile
            });
        } catch (WalQueueFullException full) {
            undestroyed = true;
            return;
        }
        busy.add(shard);
        onDisk.remove(shard);
        unreadable.remove(shard);
        undescribed.remove(shard);
        awaitingActive.remove(shard);
    }
}
