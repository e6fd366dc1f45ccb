package io.concordkv.simulation.core;

import io.concordkv.base.Invariant;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.ReplicaId;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.ConfigurationAt;
import io.concordkv.raft.Effect;
import io.concordkv.raft.Input;
import io.concordkv.raft.RaftCore;
import io.concordkv.raft.Role;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
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
        var effects = running().step(input, world.schedule.now());
        for (int i = 0; i < effects.size(); i++) {
            perform(effects.get(i));
        }
        for (CoreInvariant invariant : world.invariants) {
            invariant.stepped(this);
        }
        world.traced(this, effects.size());
        scheduleTick();
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
            case Effect.ReadConfirmed(var round, var readIndex) ->
                world.invariants.forEach(i -> i.readConfirmed(this, round, readIndex));
            case Effect.ReadsAborted aborted -> world.invariants.forEach(i -> i.readsAborted(this));
            case Effect.RoleChanged(var role, var term, var leader) -> {
                if (role == Role.LEADER) {
                    world.invariants.forEach(invariant -> invariant.becameLeader(this));
                    world.elected(this);
                }
            }
            case Effect.Fetch(var to, var from, var bytesMax) ->
                later(world.random.nextLong(world.syncNanosMax()), () -> step(fetched(to, from, bytesMax)));
            case Effect.SendSnapshot(var to) -> sendSnapshot(to);
            case Effect.Proposed proposed -> {}
            case Effect.ProposalRefused refused -> {}
            case Effect.AcknowledgedLost lost -> Invariant.check(false, "nothing was rolled back, but %s", lost);
            case Effect.TransferEnded ended -> {}
        }
    }

    private void persist(Effect.Persist persist) {
        if (persist.truncateAfter() >= 0) {
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
        return "%s %s term=%d last=%d commit=%d applied=%d %s"
                .formatted(id, core.role(), term(), lastIndex(), commit(), applied, core.progress());
    }

    private RaftCore running() {
        if (core == null) {
            throw new IllegalStateException(id + " is down");
        }
        return core;
    }
}
