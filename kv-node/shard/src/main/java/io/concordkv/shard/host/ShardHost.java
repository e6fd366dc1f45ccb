package io.concordkv.shard.host;

import io.concordkv.base.ByteReader;
import io.concordkv.base.Clock;
import io.concordkv.base.DecodeException;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.disk.Disk;
import io.concordkv.raft.PeerMessage;
import io.concordkv.shard.apply.StateMachineFactory;
import io.concordkv.shard.peer.BulkFrame;
import io.concordkv.shard.peer.FrameKind;
import io.concordkv.shard.peer.GroupFrameCodec;
import io.concordkv.shard.peer.GroupMessage;
import io.concordkv.shard.peer.Lane;
import io.concordkv.shard.peer.NodeFrame;
import io.concordkv.shard.port.Background;
import io.concordkv.shard.port.Loop;
import io.concordkv.shard.port.PeerTransport;
import io.concordkv.shard.replica.Replica;
import io.concordkv.shard.replica.ReplicaEnvironment;
import io.concordkv.shard.replica.ReplicaOpening;
import io.concordkv.shard.replica.ReplicaOptions;
import io.concordkv.shard.replica.ShardDescriptor;
import io.concordkv.shard.replica.SnapshotTraffic;
import io.concordkv.wal.RecoveredGroup;
import io.concordkv.wal.Wal;
import io.concordkv.wal.WalSpace;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// All replicas of one node, on one loop. What happens within a turn of the loop leaves together at its
/// end: one proposal batch and one read round a group, one frame a peer.
public final class ShardHost implements ReplicaEnvironment {
    private static final int VERSION = GroupFrameCodec.VERSION;
    private static final long ACTIVE_NANOS = 1_000_000_000L;
    private static final int HASHES_MAX = 4;
    /// Every so many beats all replicas are swept, else those that something may be waiting in.
    private static final int WHOLE_SWEEP_BEATS = 10;

    private final HostOptions options;
    private final Wal wal;
    private final Disk disk;
    private final Loop loop;
    private final Clock clock;
    private final Background background;
    private final RandomGenerator random;
    private final HostListener listener;
    private final PeerTransport transport;
    private final Census census;
    private final DamagedReplicas damaged;
    private final BulkInbox bulk = new BulkInbox(this);
    private final LogRelease logRelease = new LogRelease(this);
    private final Set<Replica> touched = new LinkedHashSet<>();
    /// Those that something may be waiting in.
    private final Set<Replica> restless = new LinkedHashSet<>();
    private final DurabilityQueue durability;
    private final Deadlines deadlines = new Deadlines(this);
    private final Outbox outbox;
    private final NodeFrames frames;
    private final Exchange exchange;
    private final HostIdentity identity;
    private final SnapshotTraffic snapshotTraffic;
    private long activeNanos;
    private int beats;
    private boolean turnScheduled;
    private boolean inTurn;
    private boolean closed;
    private boolean storageLow;
    private boolean diskStalled;
    private long droppedFrames;

    public ShardHost(
            HostOptions options,
            HostIdentity identity,
            Wal wal,
            Disk disk,
            Loop loop,
            Clock clock,
            Background background,
            PeerTransport transport,
            RandomGenerator random,
            HostListener listener) {
        this.options = options;
        this.snapshotTraffic = new SnapshotTraffic(options.replica().snapshots());
        this.activeNanos = clock.nanos();
        this.identity = identity;
        this.census = new Census(identity.node());
        this.wal = wal;
        this.disk = disk;
        this.loop = loop;
        this.clock = clock;
        this.background = background;
        this.transport = transport;
        this.random = random;
        this.listener = listener;
        this.durability = new DurabilityQueue(loop, wal.durableSequence());
        this.outbox = new Outbox(transport, this::dropped);
        this.exchange = new Exchange(transport, clock, identity.incarnation());
        this.frames = new NodeFrames(
                this, census, identity, transport, wal.recovery().peers().values());
        this.damaged = new DamagedReplicas(this, wal.recovery().damaged());
        wal.onDurable(durability::advanced);
    }

    /// Starts the timers. Replicas may be opened before and after.
    public void start() {
        beatLater();
        frames.clearReplicas();
    }

    /// Beats fall on multiples of their interval, as those of [Beat]; a node that has nothing to do and knows
    /// all leaders beats slower.
    private void beatLater() {
        long now = clock.nanos();
        boolean idle = now - activeNanos >= ACTIVE_NANOS && census.isEachLed();
        long interval = idle ? options.idleBeatNanos() : options.beatNanos();
        loop.after(interval - Math.floorMod(now, interval), () -> {
            if (!closed) {
                frames.send();
                sweep();
                beatLater();
            }
        });
    }

    /// Opens a replica from what the WAL recovered of it, or from an empty group just created.
    public void open(
            ShardDescriptor descriptor,
            RecoveredGroup recovered,
            StateMachineFactory factory,
            Background.Done<Replica> done) {
        ReplicaOpening.open(this, descriptor, recovered, factory, random.nextLong(), new Background.Done<Replica>() {
            @Override
            public void succeeded(Replica replica) {
                if (closed) {
                    replica.close();
                    return;
                }
                census.add(replica);
                deadlines.add(replica);
                touch(replica);
                damaged.inTheLog(replica.shard())
                        .ifPresentOrElse(
                                replica::damage, () -> frames.fence().damage().ifPresent(replica::damageForGood));
                frames.clearReplicas();
                done.succeeded(replica);
            }

            @Override
            public void failed(Exception cause) {
                done.failed(cause);
            }
        });
    }

    /// Ends the replica of a shard and forgets it; its files stay. Its last snapshot may still be on its way.
    public Optional<Replica> remove(ShardId shard) {
        damaged.forget(shard);
        Replica replica = census.remove(shard);
        frames.leaders().forget(shard);
        if (replica != null) {
            replica.close();
            touched.remove(replica);
            restless.remove(replica);
            deadlines.remove(replica);
        }
        return Optional.ofNullable(replica);
    }

    /// The replicas of this node now, by shard; a list that stays as it is when one of them ends.
    public List<Replica> replicas() {
        return census.all();
    }

    /// Those of them that lead, as [#replicas]; one that was damaged since may be among them.
    public List<Replica> leaders() {
        return census.leaders();
    }

    /// Another number whenever a replica came or went, or a role, a leader or a configuration changed.
    public long version() {
        return census.version();
    }

    public Optional<Replica> find(ShardId shard) {
        return census.find(shard);
    }

    /// Replicas here that cannot be trusted.
    public DamagedReplicas damaged() {
        return damaged;
    }

    public Exchange exchange() {
        return exchange;
    }

    public ClockWatch clocks() {
        return frames.clocks();
    }

    public HostIdentity identity() {
        return identity;
    }

    /// The node that leads the shard as far as is known here; [NodeId#NONE] when unknown.
    public NodeId leaderOf(ShardId shard) {
        Replica replica = census.get(shard);
        if (replica != null && !replica.leaderNode().equals(NodeId.NONE)) {
            return replica.leaderNode();
        }
        return frames.leaders().leader(shard, clock.nanos(), patience(2_000_000_000L, 7));
    }

    /// A time that is long enough for this many beats too, whatever the settings say.
    long patience(long nanos, int beats) {
        return Math.max(nanos, beats * options.idleBeatNanos());
    }

    /// True when a frame of the node came within the last three seconds; always of this node itself.
    public boolean isReachable(NodeId node) {
        return node.equals(identity.node()) || frames.isFresh(node);
    }

    public boolean isStorageLow(NodeId node) {
        return node.equals(identity.node()) ? isStorageLow() : frames.isStorageLow(node);
    }

    public boolean isStorageLow() {
        return storageLow || wal.space() != WalSpace.OK;
    }

    /// True when not even deletes find room in the log any more.
    public boolean isStorageExhausted() {
        return wal.space() == WalSpace.EXHAUSTED;
    }

    /// Set by whoever watches the volume beside the log, and the memory (SAFETY L8).
    public void setStorageLow(boolean low) {
        storageLow = low;
    }

    /// Set by whoever watches the WAL thread: a sync is in flight for too long (SAFETY R9).
    public void setDiskStalled(boolean stalled) {
        diskStalled = stalled;
    }

    /// A sync of the log is in flight for too long.
    public boolean isDiskStalled() {
        return diskStalled;
    }

    public long durableSequence() {
        return durability.durable();
    }

    /// Frames that could not leave because there was no connection or no room.
    public long droppedFrames() {
        return droppedFrames;
    }

    /// A frame arrived from a peer. Frames that cannot be right are dropped whole.
    ///
    /// @throws DecodeException when the frame is damaged: the connection should be closed
    public void received(NodeId from, Lane lane, byte[] frame) {
        if (closed) {
            return;
        }
        ByteReader in = new ByteReader(frame);
        int version = in.u8();
        if (version != VERSION) {
            throw new DecodeException("frame version", "1", version);
        }
        FrameKind kind = FrameKind.of(in.u8());
        if (lane == Lane.RAFT) {
            receivedRaft(from, kind, in);
        } else {
            bulk.received(from, BulkFrame.decode(kind, in));
        }
    }

    private void receivedRaft(NodeId from, FrameKind kind, ByteReader in) {
        if (kind == FrameKind.NODE) {
            NodeFrame frame = NodeFrame.decode(in);
            Optional<String> damage = frames.received(frame);
            if (damage.isPresent()) {
                volumeRolledBack(damage.get());
            } else {
                listener.heard(frame.node());
            }
        } else if (kind == FrameKind.GROUP_MESSAGES) {
            for (GroupMessage message : GroupFrameCodec.decode(in)) {
                Replica replica = census.get(message.shard());
                if (replica != null) {
                    replica.receive(from, message);
                    deadlines.note(replica);
                }
            }
        } else {
            throw new DecodeException(kind + " does not belong on the Raft lane");
        }
    }

    /// A connection to the node broke: questions to it are lost, appends to it may be.
    public void disconnected(NodeId node, Lane lane) {
        if (lane == Lane.BULK) {
            exchange.disconnected(node);
        } else {
            census.unreachable(node);
        }
    }

    private void dropped(NodeId to, GroupMessage message) {
        droppedFrames++;
        loop.execute(() -> {
            Replica replica = census.get(message.shard());
            if (replica != null) {
                replica.peerUnreachable(message.to());
            }
        });
    }

    private void sweep() {
        exchange.sweep();
        boolean whole = beats++ % WHOLE_SWEEP_BEATS == 0;
        for (Replica replica : whole ? replicas() : List.copyOf(restless)) {
            replica.sweep();
            if (!replica.attention().isRestless()) {
                restless.remove(replica);
            }
        }
        logRelease.look();
    }

    @Override
    public boolean isTakingSnapshot() {
        return census.all().stream().anyMatch(Replica::isTakingSnapshot);
    }

    @Override
    public boolean mayHash() {
        return census.all().stream().filter(it -> it.hashes().isBusy()).count() < HASHES_MAX;
    }

    private void scheduleTurn() {
        if (!turnScheduled && !inTurn) {
            turnScheduled = true;
            loop.execute(this::endTurn);
        }
    }

    private void endTurn() {
        turnScheduled = false;
        if (closed) {
            return;
        }
        Replica[] turn = touched.toArray(new Replica[0]);
        touched.clear();
        inTurn = true;
        for (Replica replica : turn) {
            replica.endOfTurn();
        }
        inTurn = false;
        for (Replica replica : turn) {
            deadlines.note(replica);
            if (replica.attention().isRestless()) {
                restless.add(replica);
            }
            if (replica.attention().takeMembersChanged()) {
                census.membersChanged();
            }
            if (!replica.hasWaiting()) {
                touched.remove(replica);
            }
        }
        if (!touched.isEmpty()) {
            scheduleTurn();
        }
        outbox.release(durability.durable());
        outbox.flush();
        deadlines.rearm();
    }

    @Override
    public void touch(Replica replica) {
        touched.add(replica);
        scheduleTurn();
    }

    /// The replica took something that moved its deadline without a turn.
    void deadlineMoved(Replica replica) {
        deadlines.note(replica);
    }

    @Override
    public void post(NodeId to, GroupMessage message, long afterSequence) {
        boolean heartbeat = message.message() instanceof PeerMessage.Heartbeat
                || message.message() instanceof PeerMessage.HeartbeatReply;
        if (!heartbeat) {
            activeNanos = clock.nanos();
        }
        if (afterSequence > durability.durable()) {
            outbox.hold(to, message, afterSequence);
        } else {
            outbox.add(to, message);
        }
        scheduleTurn();
    }

    @Override
    public boolean postBulk(NodeId to, BulkFrame frame) {
        activeNanos = clock.nanos();
        return transport.send(to, Lane.BULK, BulkFrame.encode(frame));
    }

    @Override
    public void whenDurable(long sequence, Runnable durable) {
        activeNanos = clock.nanos();
        durability.whenDurable(sequence, () -> {
            durable.run();
            scheduleTurn();
        });
    }

    @Override
    public void roleChanged(Replica replica) {
        census.roleChanged(replica);
        loop.execute(() -> listener.roleChanged(replica));
    }

    @Override
    public void damaged(Replica replica, String reason) {
        loop.execute(() -> listener.damaged(replica, reason));
    }

    @Override
    public void volumeRolledBack(String reason) {
        frames.fence().distrust(reason);
        replicas().forEach(it -> it.damageForGood(reason));
        listener.volumeDamaged(reason);
    }

    @Override
    public void peerDamaged(Replica leader, ReplicaId peer, String reason) {
        loop.execute(() -> listener.peerDamaged(leader, peer, reason));
    }

    @Override
    public Wal wal() {
        return wal;
    }

    @Override
    public Disk disk() {
        return disk;
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public Background background() {
        return background;
    }

    public HostOptions hostOptions() {
        return options;
    }

    @Override
    public ReplicaOptions options() {
        return options.replica();
    }

    @Override
    public SnapshotTraffic snapshotTraffic() {
        return snapshotTraffic;
    }

    /// Ends all replicas. The WAL is the owner's to close.
    public void close() {
        closed = true;
        deadlines.close();
        replicas().forEach(Replica::close);
        census.clear();
    }
}
