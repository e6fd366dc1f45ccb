package io.concordkv.simulation.core;

import io.concordkv.base.EntryKind;
import io.concordkv.base.LogEntry;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.ConfigurationCodec;
import io.concordkv.raft.Member;
import io.concordkv.raft.MemberRole;
import io.concordkv.raft.PeerMessage;
import io.concordkv.simulation.fault.FaultGate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// Everything of one run, made from its seed.
final class CoreWorld {
    final CoreOptions options;
    final FaultGate faults;
    final SplittableRandom random;
    final Schedule schedule = new Schedule();
    final Ledger ledger = new Ledger();
    final List<CoreInvariant> invariants = List.of(
            new OneLeaderATerm(),
            new OneVoteATerm(),
            new LogMatching(),
            new DurableFirst(),
            new NothingGoesBack(),
            new ConfigurationFollowsLog(),
            new LeaderCompleteness(ledger),
            new ReadsSeeCommits(ledger),
            ledger,
            new BoundsHold(schedule::now));
    final Situations situations = new Situations();
    final List<SimulatedReplica> replicas = new ArrayList<>();
    final SimulatedNetwork network;
    private Consumer<SimulatedReplica> onElected = replica -> {};
    private Consumer<SimulatedReplica> onVoted = replica -> {};
    private boolean calm;
    private long traceHash;

    CoreWorld(long seed, FaultGate faults) {
        this.faults = faults;
        random = new SplittableRandom(seed);
        options = CoreOptions.draw(random);
        var created = new ArrayList<Member>();
        for (int i = 1; i <= options.voters(); i++) {
            created.add(member(i, MemberRole.VOTER));
        }
        int count = options.voters() + options.learners() + options.replaced();
        for (int i = options.voters() + 1; i <= count; i++) {
            created.add(member(i, MemberRole.LEARNER));
        }
        var configuration = Configuration.of(created);
        int spares = options.spares();
        network = new SimulatedNetwork(this, count + spares);
        for (int i = 1; i <= count + spares; i++) {
            var known = i <= count ? configuration : Configuration.EMPTY;
            replicas.add(new SimulatedReplica(this, new ReplicaId(i), known));
        }
        if (options.replaced() > 0) {
            startJoint(configuration, random.nextBoolean());
        }
        replicas.forEach(SimulatedReplica::start);
    }

    SimulatedReplica replica(ReplicaId id) {
        return replicas.get((int) id.value() - 1);
    }

    /// From now on nothing is lost, doubled or very late, and disks are fast.
    void calmDown() {
        calm = true;
        network.heal();
    }

    boolean isCalm() {
        return calm;
    }

    long syncNanosMax() {
        return calm ? 2_000_000 : options.syncNanosMax();
    }

    void onElected(Consumer<SimulatedReplica> listener) {
        onElected = listener;
    }

    void onVoted(Consumer<SimulatedReplica> listener) {
        onVoted = listener;
    }

    void sent(SimulatedReplica from, ReplicaId to, PeerMessage message) {
        for (CoreInvariant invariant : invariants) {
            invariant.sent(from, to, message);
        }
    }

    /// A granted vote left `voter`.
    void voted(ReplicaId voter, ReplicaId candidate, long term) {
        for (CoreInvariant invariant : invariants) {
            invariant.voted(voter, candidate, term);
        }
        onVoted.accept(replica(voter));
    }

    void elected(SimulatedReplica leader) {
        onElected.accept(leader);
    }

    /// The newest configuration that a running leader goes by does not name `id`.
    boolean wasLeftOut(ReplicaId id) {
        return replicas.stream()
                .filter(SimulatedReplica::leads)
                .anyMatch(leader -> !leader.configuration().contains(id));
    }

    void traced(SimulatedReplica replica, int effects) {
        long event = schedule.now() * 31 + replica.id().value();
        event = event * 31 + replica.term();
        event = event * 31 + replica.commit();
        event = event * 31 + replica.lastIndex();
        traceHash = (traceHash ^ (event * 31 + effects)) * 0x9E3779B97F4A7C15L;
    }

    /// Equal for equal seeds, as long as code is equal.
    long traceHash() {
        return traceHash;
    }

    /// An earlier leader had begun to replace the first voters by the last replicas, and reached some.
    private void startJoint(Configuration before, boolean autoLeave) {
        var members = new ArrayList<Member>();
        int count = before.members().size();
        for (Member member : before.members().subList(options.replaced(), count)) {
            long id = member.replica().value();
            members.add(id > count - options.replaced() ? member(id, MemberRole.VOTER) : member);
        }
        var outgoing = before.members().subList(0, options.voters());
        var joint = ConfigurationCodec.encode(new Configuration(members, outgoing, List.of(), autoLeave));
        var entry = new LogEntry(1, 1, EntryKind.CONFIGURATION, joint);
        for (SimulatedReplica replica : replicas.subList(0, count)) {
            replica.disk().startIn(1);
            if (replica.id().value() == 1 || random.nextBoolean()) {
                replica.disk().log.append(List.of(entry));
            }
        }
    }

    private static Member member(long id, MemberRole role) {
        return new Member(new ReplicaId(id), new NodeId(id), role);
    }
}
