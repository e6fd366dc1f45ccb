package io.concordkv.shard.replica;

import io.concordkv.base.Flaw;
import io.concordkv.base.LogEntry;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.raft.ChangeRefusal;
import io.concordkv.raft.Effect;
import io.concordkv.raft.Input;
import io.concordkv.raft.Member;
import io.concordkv.raft.PeerMessage;
import io.concordkv.raft.RaftCore;
import io.concordkv.raft.Role;
import io.concordkv.shard.apply.StateMachine;
import io.concordkv.shard.apply.StateMachineFactory;
import io.concordkv.shard.check.StateHashes;
import io.concordkv.shard.command.ApplyResult;
import io.concordkv.shard.peer.BulkFrame;
import io.concordkv.shard.peer.GroupMessage;
import io.concordkv.wal.WalSpace;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One replica of one shard. Owned by the loop; every method is called there.
///
/// It answers nothing to peers until the node's volume is known to be the latest ([#clear], SAFETY I4),
/// and nothing any more once it is damaged or closed. It feeds the core and carries out its effects; each kind
/// of them has a class of its own: [Calls], [Orders], [Persistence], [Peers], [Applier], [SnapshotKeeper],
/// [SnapshotReceiver].
public final class Replica {
    private final ReplicaEnvironment environment;
    private final ShardDescriptor descriptor;
    private final GroupLog log;
    private final RaftCore core;
    private final ReplicaFigures figures = new ReplicaFigures();
    private final Standing standing = new Standing();
    private final CatchUp catchUp = new CatchUp();
    private final Freshness freshness;
    private final StateHashes hashes;
    private final Peers peers;
    private final Persistence persistence;
    private final Applier applier;
    private final Calls calls;
    private final Orders orders;
    private final SnapshotKeeper snapshots;
    private final SnapshotReceiver receiver;
    private final Attention attention;

    Replica(
            ReplicaEnvironment environment,
            ShardDescriptor descriptor,
            StateMachineFactory factory,
            StateMachine machine,
            RaftCore core,
            Optional<SnapshotKeeper.Stored> stored) {
        this.environment = environment;
        this.descriptor = descriptor;
        this.core = core;
        this.attention = new Attention(core);
        this.log = new GroupLog(environment.wal(), descriptor.shard());
        this.hashes = new StateHashes(environment.loop(), environment.clock(), environment.background());
        this.peers = new Peers(core);
        this.freshness = new Freshness(this);
        this.persistence = new Persistence(this, environment, log, standing);
        this.applier = new Applier(this, environment, log, machine);
        this.calls = new Calls(this, environment, standing);
        this.orders = new Orders(this, environment, standing);
        this.snapshots = new SnapshotKeeper(this, environment, log, stored);
        this.receiver = new SnapshotReceiver(this, environment, log, factory);
    }

    public ShardDescriptor descriptor() {
        return descriptor;
    }

    public ShardId shard() {
        return descriptor.shard();
    }

    public ReplicaId id() {
        return descriptor.replica();
    }

    /// The Raft core, for looking only.
    public RaftCore core() {
        return core;
    }

    /// What has been applied so far; replaced when a snapshot is installed, so never keep it.
    public StateMachine machine() {
        return applier.machine();
    }

    /// The last entry applied.
    long applied() {
        return applier.applied();
    }

    public ReplicaFigures figures() {
        return figures;
    }

    public SnapshotKeeper snapshots() {
        return snapshots;
    }

    /// What this replica's state was, as often as its log asked (SAFETY S10).
    public StateHashes hashes() {
        return hashes;
    }

    public boolean isLeader() {
        return core.role() == Role.LEADER && !standing.isDamaged();
    }

    /// Entries committed and not yet applied here.
    public long applyLag() {
        return applier.lag();
    }

    public Optional<String> damage() {
        return standing.damage();
    }

    public boolean isClosed() {
        return standing.isClosed();
    }

    /// True once this replica has applied everything a leader of its present start had committed.
    public boolean hasCaughtUp() {
        return catchUp.isDone();
    }

    /// The node that leads as far as this replica knows; [NodeId#NONE] when unknown.
    public NodeId leaderNode() {
        return nodeOf(core.leader());
    }

    /// The node of a replica: by the present configuration, else where its messages come from;
    /// [NodeId#NONE] when unknown.
    public NodeId nodeOf(ReplicaId replica) {
        return peers.nodeOf(replica);
    }

    /// The volume is known to be the latest: the replica may vote and acknowledge from here on.
    public void clear() {
        if (standing.clear()) {
            environment.touch(this);
            tick();
        }
    }

    public boolean isCleared() {
        return standing.isCleared();
    }

    private boolean isSilent() {
        return standing.isSilent();
    }

    /// @param from the node that the message came from
    public void receive(NodeId from, GroupMessage envelope) {
        if (!isSilent() && envelope.to().equals(id()) && !isTooMuch(envelope.message())) {
            long now = environment.clock().nanos();
            if (catchUp.isDone() && isQuiet(from, envelope, now)) {
                return;
            }
            peers.heard(envelope.from(), from);
            catchUp.heard(envelope.message(), core, now);
            step(new Input.Received(envelope.from(), envelope.message()));
            catchUp.look(core, applier.applied(), now);
        }
    }

    /// Takes a message of an idle group, after which nothing is to be done but to answer: of a thousand groups
    /// that is nearly all there is.
    private boolean isQuiet(NodeId node, GroupMessage envelope, long now) {
        if (envelope.message() instanceof PeerMessage.Heartbeat heartbeat) {
            PeerMessage.HeartbeatReply reply = core.quietHeartbeat(envelope.from(), heartbeat, now);
            if (reply != null) {
                environment.post(node, new GroupMessage(envelope.shard(), envelope.to(), envelope.from(), reply), 0);
            }
            return reply != null;
        }
        return envelope.message() instanceof PeerMessage.HeartbeatReply reply
                && core.quietReply(envelope.from(), reply, now);
    }

    /// On a disk that is used up, entries count as lost on their way: the leader sends them again.
    private boolean isTooMuch(PeerMessage message) {
        return message instanceof PeerMessage.Append append
                && !append.entries().isEmpty()
                && environment.wal().space() == WalSpace.EXHAUSTED;
    }

    public void receiveBulk(NodeId from, BulkFrame frame) {
        if (isSilent()) {
            return;
        }
        attention.setRestless(true);
        environment.touch(this);
        switch (frame) {
            case BulkFrame.SnapshotOffer offer -> {
                catchUp.offered();
                receiver.offered(from, offer);
            }
            case BulkFrame.SnapshotChunk chunk -> receiver.received(from, chunk);
            case BulkFrame.SnapshotPull pull -> snapshots.pulled(from, pull);
            case BulkFrame.SnapshotDone done -> snapshots.done(done);
            case BulkFrame.Request it -> {}
            case BulkFrame.Reply it -> {}
        }
    }

    /// A node frame of `leader`'s node says that it leads in `term` (SAFETY R9).
    public void leaderAlive(ReplicaId leader, long term) {
        if (!isSilent()) {
            core.leaderAlive(leader, term, environment.clock().nanos());
        }
    }

    /// A node frame came from the node of this member; proves nothing about the group.
    public void frameAcknowledged(ReplicaId peer) {
        if (!isSilent() && Flaw.NODE_FRAME_TAKEN_AS_READ_ROUND.isOn()) {
            step(new Input.FrameAcknowledged(peer));
        }
    }

    public void peerUnreachable(ReplicaId peer) {
        if (!isSilent()) {
            step(new Input.PeerUnreachable(peer));
        }
    }

    /// Appends a command; the listener gets exactly one answer.
    ///
    /// @param deadlineNanos after it the command is not proposed any more
    public void propose(byte[] payload, long deadlineNanos, ProposalListener listener) {
        attention.setRestless(true);
        calls.propose(payload, deadlineNanos, listener);
    }

    /// A linearizable read: the listener is called when the state machine may be read.
    public void read(long deadlineNanos, ReadListener listener) {
        attention.setRestless(true);
        calls.read(deadlineNanos, listener);
    }

    /// For a replica on another node: [ReadListener#confirmed] tells the index, [ReadListener#ready] does not come.
    public void readIndex(long deadlineNanos, ReadListener listener) {
        attention.setRestless(true);
        calls.readIndex(deadlineNanos, listener);
    }

    /// The listener is called when everything up to `index` is applied, whoever leads.
    public void readAt(long index, long deadlineNanos, ReadListener listener) {
        attention.setRestless(true);
        calls.readAt(index, deadlineNanos, listener);
    }

    /// How old the state here may be.
    public Freshness freshness() {
        return freshness;
    }

    /// True while calls wait to be fed to the core and another turn would feed them.
    public boolean hasWaiting() {
        return !isSilent() && calls.hasWaiting();
    }

    /// Feeds what this turn brought to the core in one batch each.
    public void endOfTurn() {
        if (!isSilent()) {
            calls.endOfTurn();
        }
    }

    /// When [#tick] is due, on the clock of the environment.
    public long nextDeadline() {
        return isSilent() ? Long.MAX_VALUE : core.nextDeadline();
    }

    public void tick() {
        if (!isSilent()) {
            step(new Input.Tick());
        }
    }

    /// Answers whatever has waited longer than its deadline, and takes a snapshot when one is due.
    public void sweep() {
        long now = environment.clock().nanos();
        calls.expire(now);
        receiver.sweep(now);
        if (!isSilent()) {
            catchUp.look(core, applier.applied(), now);
            snapshots.sweep(now);
        }
        attention.setRestless(
                calls.pending() > 0 || receiver.isReceiving() || !catchUp.isDone() || snapshots.isRestless());
    }

    public Attention attention() {
        return attention;
    }

    /// True while a snapshot of this replica is written: its view costs memory as long as it is open.
    public boolean isTakingSnapshot() {
        return snapshots.isTaking();
    }

    /// The node's log needs the room that this replica's entries hold (SAFETY S6).
    public void releaseLog() {
        if (!isSilent()) {
            snapshots.take();
        }
    }

    /// Asks all replicas of the shard for a hash of their state; without effect where this one does not lead.
    public void hashState() {
        if (!isSilent()) {
            step(new Input.HashState());
        }
    }

    /// The replicas hold different states and no majority agrees: no writes while there is a reason (SAFETY S10).
    public void disagrees(Optional<String> reason) {
        standing.disagrees(reason.orElse(null));
    }

    /// Why this replica proposes no writes though it is not damaged.
    public Optional<String> disagreement() {
        return standing.disagreement();
    }

    public void setReluctant(boolean value) {
        orders.setReluctant(value);
    }

    /// Hands leadership to a voter; `ended` gets true when it was handed over.
    public void transferLeader(ReplicaId to, Consumer<Boolean> ended) {
        orders.transferLeader(to, ended);
    }

    /// Begins to change the members; empty when it has begun. It is over when
    /// [RaftCore#committedConfiguration] is plain and above `expectedIndex`.
    ///
    /// @param expectedIndex of the configuration that the change was made for (SAFETY R6)
    public Optional<ChangeRefusal> changeMembers(List<Member> members, long expectedIndex) {
        return orders.changeMembers(members, expectedIndex);
    }

    /// One input to the core, and everything that follows from it.
    void step(Input input) {
        if (standing.hasEnded()) {
            return;
        }
        boolean quiet = input instanceof Input.Tick; // with heartbeats only
        for (Effect effect : core.step(input, environment.clock().nanos())) {
            quiet &= effect instanceof Effect.Send;
            perform(effect);
        }
        if (!quiet) {
            environment.touch(this);
            pumpApply();
        }
    }

    void pumpApply() {
        if (!standing.hasEnded() && !standing.isFrozen()) {
            applier.pump(core);
        }
    }

    /// Never waits: completion comes back as inputs. A vote or an ack leaves only after its own sync.
    private void perform(Effect effect) {
        switch (effect) {
            case Effect.Persist persist -> {
                attention.logChanged();
                persistence.persist(persist);
            }
            case Effect.Send(var to, var message, var after) -> send(to, message, after);
            case Effect.Apply(var first, var last) -> applier.extend(last);
            case Effect.Proposed(var firstIndex, var count) -> calls.proposed(firstIndex, count);
            case Effect.ProposalRefused(var refusal) -> calls.proposalRefused(refusal);
            case Effect.ChangeProposed(var index) -> orders.changeAnswered(null);
            case Effect.ChangeRefused(var refusal) -> orders.changeAnswered(refusal);
            case Effect.ReadOpened(var round) -> calls.readOpened(round);
            case Effect.ReadConfirmed(var round, var readIndex) -> calls.readConfirmed(round, readIndex);
            case Effect.ReadsAborted(var refusal) -> calls.readsAborted();
            case Effect.RoleChanged(var role, var term, var leader) -> roleChanged(role);
            case Effect.Fetch(var to, var from, var bytesMax) ->
                new EntryFetch(this, environment, log).start(to, from, bytesMax);
            case Effect.SendSnapshot(var to) -> {
                attention.setRestless(true);
                snapshots.send(to);
            }
            case Effect.AcknowledgedLost(var replica, var acknowledged, var last) -> lost(replica, acknowledged, last);
            case Effect.TransferEnded(var to, var handedOver) -> orders.transferEnded(handedOver);
        }
    }

    private void roleChanged(Role role) {
        if (role == Role.CANDIDATE) {
            figures.campaigned();
        }
        if (role != Role.LEADER) {
            calls.notLeadingAnyMore();
        }
        environment.roleChanged(this);
    }

    /// To a replica that no configuration here names any more, and that was never heard, it counts as lost.
    private void send(ReplicaId to, PeerMessage message, long afterPersistId) {
        NodeId node = nodeOf(to);
        if (!node.equals(NodeId.NONE)) {
            long sequence = afterPersistId == 0 ? 0 : log.sequenceOf(afterPersistId);
            environment.post(node, new GroupMessage(shard(), id(), to, message), sequence);
        }
    }

    private void lost(ReplicaId replica, long acknowledged, long last) {
        String reason = "it acknowledged entries up to " + acknowledged + " as durable and has them only up to " + last
                + ": the volume of its node was rolled back";
        if (replica.equals(id())) {
            environment.volumeRolledBack(reason);
        } else {
            environment.peerDamaged(this, replica, reason);
        }
    }

    void entryApplied(LogEntry entry, @Nullable ApplyResult result) {
        calls.applied(entry, result);
    }

    void servedUpTo(long applied) {
        calls.servedUpTo(applied);
        catchUp.look(core, applied, environment.clock().nanos());
    }

    /// Nothing is given to the core until [#thaw]: an installed snapshot is being recorded.
    void freeze() {
        standing.freeze(true);
    }

    boolean isFrozen() {
        return standing.isFrozen();
    }

    /// The snapshot is recorded: the new state machine takes over, and the core learns of it.
    void thaw(@Nullable StateMachine installed, Input.@Nullable SnapshotInstalled input) {
        standing.freeze(false);
        if (installed != null && input != null) {
            applier.replace(installed);
            attention.logChanged();
            catchUp.installed(environment.clock().nanos());
            step(input);
            calls.skippedTo(applier.applied());
            servedUpTo(applier.applied());
        }
        persistence.thawed();
    }

    /// Stops voting, acknowledging and serving for good (SAFETY R3).
    public void damage(String reason) {
        if (standing.damage(reason)) {
            calls.refuse(new ShardRefusal.Damaged(reason));
            environment.damaged(this, reason);
        }
    }

    /// Damaged, and the log remembers it, so that no start trusts this replica again.
    public void damageForGood(String reason) {
        if (!standing.hasEnded()) {
            log.damaged(reason);
            damage(reason);
        }
    }

    /// Ends the replica on this node; its files stay.
    public void close() {
        if (standing.close()) {
            calls.close();
            receiver.close();
            snapshots.close();
            applier.machine().close();
        }
    }

    /// Proposals and reads not answered yet.
    public int pendingCalls() {
        return calls.pending();
    }

    public long logBytes() {
        return log.bytes();
    }
}
