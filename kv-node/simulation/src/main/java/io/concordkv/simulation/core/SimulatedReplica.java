package io.concordkv.simulation.core;

import io.concordkv.base.Invariant;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;
import io.concordkv.raft.ChangeRefusal;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.ConfigurationAt;
import io.concordkv.raft.Effect;
import io.concordkv.raft.Input;
import io.concordkv.raft.RaftCore;
import io.concordkv.raft.Refusal;
import io.concordkv.raft.Role;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// One core with a model of everything around it: carries effects out, crashes, pauses, starts again.
final class SimulatedReplica {
    private static final long MILLI = 1_000_000;

    private final CoreWorld world;
    private final ReplicaId id;
    private final ModelDisk disk;
    private final ArrayDeque<Effect.Send> waiting = new ArrayDeque<>();
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();
    private ModelLog memory;
    private @Nullable RaftCore core;
    private long incarnation;
    private boolean paused;
    private long applied;
    private long persistedId;
    private boolean syncing;
    private long tickAt;

    SimulatedReplica(CoreWorld world, ReplicaId id, Configuration created) {
        this.world = world;
        this.id = id;
        disk = new ModelDisk(created);
        memory = new ModelLog(disk.log);
    }

    ReplicaId id() {
        return id;
    }

    ModelDisk disk() {
        return disk;
    }

    boolean isUp() {
        return core != null;
    }

    boolean isPaused() {
        return paused;
    }

    boolean leads() {
        return core != null && core.role() == Role.LEADER;
    }

    long term() {
        return running().term();
    }

    long commit() {
        return running().commitIndex();
    }

    OptionalLong confirmedAt() {
        return running().confirmedAt(world.schedule.now());
    }

    long lastIndex() {
        return running().lastIndex();
    }

    long firstIndex() {
        return running().firstIndex();
    }

    long termAt(long index) {
        return running().termAt(index);
    }

    long configurationIndex() {
        return running().configurationIndex();
    }

    Configuration configuration() {
        return running().configuration();
    }

    /// By the log as written, not as the core sees it.
    long newestConfigurationIndex() {
        return memory.newestConfigurationIndex();
    }

    long applied() {
        return applied;
    }

    /// The engine may have lost what it had not flushed; the log has it.
    void start() {
        memory = new ModelLog(disk.log);
        long kept = Math.max(applied, memory.compacted().index());
        applied = memory.compacted().index()
                + world.random.nextLong(kept - memory.compacted().index() + 1);
        persistedId = 0;
        syncing = false;
        tickAt = Long.MAX_VALUE;
        core = new RaftCore(
                world.options.raft(), id, disk.recover(applied), world.random.nextLong(), world.schedule.now());
        scheduleTick();
    }

    void crash() {
        if (disk.hasUnsynced()) {
            world.situations.saw(Situation.CRASHED_WITH_WRITES_UNDER_WAY);
        }
        if (configuration().isJoint()) {
            world.situations.saw(Situation.CRASHED_IN_JOINT_CONFIGURATION);
        }
        incarnation++;
        core = null;
        paused = false;
        held.clear();
        waiting.clear();
        disk.crash(world.random);
        world.invariants.forEach(invariant -> invariant.crashed(this));
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        while (!paused && !held.isEmpty()) {
            held.removeFirst().run();
        }
    }

    void take(Input input) {
        whenRunning(() -> step(input));
    }

    /// After `delay`, unless this replica crashes before.
    void later(long delay, Runnable action) {
        long then = incarnation;
        world.schedule.after(delay, () -> {
            if (incarnation == then) {
                whenRunning(action);
            }
        });
    }

    /// A snapshot of the state applied here, for a follower.
    private void sendSnapshot(ReplicaId to) {
        var position = new LogPosition(memory.termAt(applied), applied);
        var configuration = running().configurationAt(applied);
        long term = term();
        if (running().isTransferring()) {
            world.situations.saw(Situation.SNAPSHOT_SENT_WHILE_HANDING_OVER);
        }
        if (configuration.configuration().isJoint()) {
            world.situations.saw(Situation.SNAPSHOT_OF_JOINT_CONFIGURATION);
        }
        long took = world.random.nextLong(MILLI, 300 * MILLI);
        later(took, () -> {
            var receiver = world.replica(to);
            if (world.network.isCut(id, to)
                    || !receiver.isUp()
                    || receiver.isPaused()
                    || (!world.isCalm() && world.random.nextInt(5) == 0)) {
                step(new Input.SnapshotFailed(to));
                return;
            }
            receiver.install(position, configuration, id, term);
            later(world.random.nextLong(5 * MILLI), () -> step(new Input.SnapshotSent(to, position)));
        });
    }

    private void install(LogPosition position, ConfigurationAt configuration, ReplicaId from, long term) {
        if (position.index() <= applied) {
            return;
        }
        boolean reset = !running().contains(position);
        if (disk.hasUnsynced()) {
            long persistId = disk.lastWritten();
            later(0, () -> persisted(persistId));
        }
        world.situations.saw(reset ? Situation.LOG_RESET_BY_SNAPSHOT : Situation.LOG_KEPT_UNDER_SNAPSHOT);
        disk.install(position, configuration, reset);
        if (reset) {
            memory.resetTo(position, configuration);
        }
        applied = position.index();
        world.invariants.forEach(invariant -> invariant.restored(this, position.index()));
        step(new Input.SnapshotInstalled(
                position, configuration.configuration(), configuration.index(), from, term, reset));
    }

    private void whenRunning(Runnable action) {
        if (core == null) {
            return;
        }
        if (paused) {
            held.add(action);
        } else {
            action.run();
        }
    }

    private void step(Input input) {
        var before = configuration();
        long beforeIndex = configurationIndex();
        boolean led = leads();
        var effects = running().step(input, world.schedule.now());
        reshaped(before, beforeIndex, led);
        for (int i = 0; i < effects.size(); i++) {
            perform(effects.get(i));
        }
        for (CoreInvariant invariant : world.invariants) {
            invariant.stepped(this);
        }
        world.traced(this, effects.size());
        scheduleTick();
    }

    /// Notes what a step did to the configuration in force here.
    private void reshaped(Configuration before, long beforeIndex, boolean led) {
        var after = configuration();
        if (configurationIndex() < beforeIndex) {
            world.situations.saw(Situation.CONFIGURATION_ROLLED_BACK);
        }
        if (configurationIndex() != beforeIndex && before.contains(id) && after.contains(id)) {
            if (!before.isVoter(id) && after.isVoter(id)) {
                world.situations.saw(Situation.LEARNER_BECAME_VOTER);
            } else if (before.isVoter(id) && !after.isVoter(id)) {
                world.situations.saw(Situation.VOTER_BECAME_LEARNER);
            }
        }
        if (led && !leads() && !after.isVoter(id)) {
            world.situations.saw(Situation.LEADER_LEFT_OUT);
        }
    }

    private void refused(ChangeRefusal refusal) {
        switch (refusal) {
            case NOT_CAUGHT_UP -> world.situations.saw(Situation.CHANGE_REFUSED_AS_NOT_CAUGHT_UP);
            case WOULD_LOSE_QUORUM -> world.situations.saw(Situation.CHANGE_REFUSED_AS_LOSING_QUORUM);
            case CHANGE_UNDER_WAY -> world.situations.saw(Situation.CHANGE_REFUSED_WHILE_ANOTHER);
            case TERM_TOO_YOUNG -> world.situations.saw(Situation.CHANGE_REFUSED_IN_YOUNG_TERM);
            case CONFIGURATION_MOVED -> world.situations.saw(Situation.CHANGE_REFUSED_AS_OUTDATED);
            case TRANSFERRING -> world.situations.saw(Situation.CHANGE_REFUSED_WHILE_TRANSFERRING);
            case NOT_LEADER, NOTHING_CHANGES, IMPOSSIBLE -> {}
        }
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.Persist persist -> persist(persist);
            case Effect.Send send -> {
                if (send.afterPersistId() <= persistedId) {
                    world.network.send(id, send);
                } else {
                    waiting.add(send);
                }
            }
            case Effect.Apply(var first, var last) -> apply(first, last);
            case Effect.ReadOpened(var round) -> world.invariants.forEach(i -> i.readOpened(this, round));
            case Effect.ReadConfirmed(var round, var readIndex) -> {
                if (configuration().isJoint()) {
                    world.situations.saw(Situation.READ_CONFIRMED_IN_JOINT_CONFIGURATION);
                }
                world.invariants.forEach(i -> i.readConfirmed(this, round, readIndex));
            }
            case Effect.ReadsAborted aborted -> {
                world.situations.saw(Situation.READS_ABORTED);
                world.invariants.forEach(i -> i.readsAborted(this));
            }
            case Effect.RoleChanged(var role, var term, var leader) -> {
                if (role == Role.PRE_CANDIDATE && !world.isCalm() && world.wasLeftOut(id)) {
                    world.situations.saw(Situation.REMOVED_REPLICA_CAMPAIGNED);
                }
                if (role == Role.LEADER) {
                    if (configuration().isJoint()) {
                        world.situations.saw(Situation.ELECTED_IN_JOINT_CONFIGURATION);
                    }
                    world.invariants.forEach(invariant -> invariant.becameLeader(this));
                    world.elected(this);
                }
            }
            case Effect.Fetch(var to, var from, var bytesMax) ->
                later(world.random.nextLong(world.syncNanosMax()), () -> step(fetched(to, from, bytesMax)));
            case Effect.SendSnapshot(var to) -> sendSnapshot(to);
            case Effect.Proposed proposed -> {}
            case Effect.ProposalRefused(var refusal) -> {
                if (refusal == Refusal.TOO_MUCH_UNCOMMITTED) {
                    world.situations.saw(Situation.PROPOSAL_REFUSED_FOR_SPACE);
                }
            }
            case Effect.ChangeProposed proposed -> {}
            case Effect.ChangeRefused(var refusal) -> refused(refusal);
            case Effect.AcknowledgedLost lost -> Invariant.check(false, "nothing was rolled back, but %s", lost);
            case Effect.TransferEnded(var to, var handedOver) ->
                world.situations.saw(handedOver ? Situation.LEADERSHIP_HANDED_OVER : Situation.HAND_OVER_GIVEN_UP);
        }
    }

    private void persist(Effect.Persist persist) {
        if (persist.truncateAfter() >= 0) {
            world.situations.saw(Situation.ENTRIES_OVERWRITTEN);
            memory.truncateAfter(persist.truncateAfter());
        }
        for (LogEntry entry : persist.entries()) {
            long previousTerm = memory.termAt(entry.index() - 1);
            memory.append(List.of(entry));
            for (CoreInvariant invariant : world.invariants) {
                invariant.appended(this, entry, previousTerm);
            }
        }
        disk.write(persist);
        if (!syncing) {
            startSync();
        }
    }

    /// One sync at a time; the next takes everything written meanwhile. It goes on while the process is paused.
    private void startSync() {
        syncing = true;
        long persistId = disk.lastWritten();
        long then = incarnation;
        world.schedule.after(world.random.nextLong(world.syncNanosMax()), () -> {
            if (incarnation == then) {
                disk.sync(persistId);
                syncing = false;
                whenRunning(() -> persisted(persistId));
                if (!syncing && disk.hasUnsynced()) {
                    startSync();
                }
            }
        });
    }

    private void persisted(long persistId) {
        persistedId = Math.max(persistedId, persistId);
        while (!waiting.isEmpty() && waiting.getFirst().afterPersistId() <= persistId) {
            world.network.send(id, waiting.removeFirst());
        }
        step(new Input.Persisted(persistId));
    }

    private void apply(long first, long last) {
        for (long index = first; index <= last; index++) {
            var entry = memory.get(index);
            for (CoreInvariant invariant : world.invariants) {
                invariant.applied(this, entry);
            }
            applied = index;
        }
        later(world.random.nextLong(5 * MILLI), () -> {
            step(new Input.Applied(last));
            compact(last);
        });
    }

    private void compact(long last) {
        int every = world.options.compactEvery();
        long upTo = last - world.random.nextInt(every + 1);
        if (every > 0 && upTo - memory.compacted().index() >= every) {
            memory.compactTo(upTo);
            disk.log.compactTo(upTo);
            step(new Input.Compacted(upTo));
        }
    }

    private Input fetched(ReplicaId to, long from, long bytesMax) {
        if (!memory.holds(from) || (!world.isCalm() && world.random.nextInt(10) == 0)) {
            return new Input.FetchFailed(to);
        }
        var entries = new ArrayList<LogEntry>();
        long bytes = 0;
        for (long index = from; memory.holds(index) && (bytes == 0 || bytes < bytesMax); index++) {
            entries.add(memory.get(index));
            bytes += memory.get(index).bytes();
        }
        return new Input.Fetched(to, List.copyOf(entries));
    }

    private void scheduleTick() {
        long deadline = running().nextDeadline();
        if (deadline < tickAt) {
            tickAt = Math.max(deadline, world.schedule.now());
            long at = tickAt;
            later(at - world.schedule.now(), () -> tick(at));
        }
    }

    private void tick(long at) {
        if (tickAt != at) {
            return;
        }
        tickAt = Long.MAX_VALUE;
        if (running().nextDeadline() <= world.schedule.now()) {
            step(new Input.Tick());
        } else {
            scheduleTick();
        }
    }

    @Override
    public String toString() {
        if (core == null) {
            return id + " is down";
        }
        return "%s %s term=%d last=%d commit=%d applied=%d %s by %d: %s"
                .formatted(
                        id,
                        core.role(),
                        term(),
                        lastIndex(),
                        commit(),
                        applied,
                        core.progress(),
                        configurationIndex(),
                        configuration());
    }

    private RaftCore running() {
        if (core == null) {
            throw new IllegalStateException(id + " is down");
        }
        return core;
    }
}
