package io.concordkv.raft.scenario;

import io.concordkv.base.EntryKind;
import io.concordkv.base.LogEntry;
import io.concordkv.base.LogPosition;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.ConfigurationAt;
import io.concordkv.raft.Effect;
import io.concordkv.raft.Input;
import io.concordkv.raft.Member;
import io.concordkv.raft.MemberRole;
import io.concordkv.raft.RaftCore;
import io.concordkv.raft.RaftOptions;
import io.concordkv.raft.RecoveredState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A group whose every move a scenario decides: messages wait until delivered, writes until synced.
final class ScenarioGroup {
    /// Sees every effect before it is carried out.
    interface Watcher {
        void saw(ReplicaId replica, Effect effect);
    }

    private record Letter(ReplicaId from, ReplicaId to, Input.Received input) {}

    private final TreeMap<ReplicaId, Place> places = new TreeMap<>();
    private final ArrayDeque<Letter> network = new ArrayDeque<>();
    private final List<String> trace = new ArrayList<>();
    private final RaftOptions options;
    private long now;
    private boolean quiet;
    private Watcher watcher = (replica, effect) -> {};

    /// One replica with the log as the core wrote it.
    private static final class Place {
        final List<LogEntry> log = new ArrayList<>();
        final ArrayDeque<Effect.Persist> unsynced = new ArrayDeque<>();
        final ArrayDeque<Effect.Send> waiting = new ArrayDeque<>();

        @Nullable
        RaftCore core;

        LogPosition compacted = LogPosition.BEFORE_FIRST;
        ConfigurationAt base;
        long term;
        ReplicaId vote = ReplicaId.NONE;
        long commit;
        long applied;

        /// It lost what it acknowledged, and is stepped no more.
        boolean damaged;

        Place(Configuration created) {
            base = new ConfigurationAt(0, created);
        }
    }

    ScenarioGroup(int voters, int learners, int spares, RaftOptions options) {
        this.options = options;
        var members = new ArrayList<Member>();
        for (int i = 1; i <= voters + learners; i++) {
            var role = i <= voters ? MemberRole.VOTER : MemberRole.LEARNER;
            members.add(new Member(new ReplicaId(i), new NodeId(i), role));
        }
        var created = Configuration.of(members);
        for (Member member : members) {
            places.put(member.replica(), new Place(created));
            start(member.replica());
        }
        for (int i = 1; i <= spares; i++) {
            var spare = new ReplicaId(voters + learners + i);
            places.put(spare, new Place(Configuration.EMPTY));
            start(spare);
        }
    }

    /// What happened since the last call.
    List<String> takeTrace() {
        var taken = List.copyOf(trace);
        trace.clear();
        return taken;
    }

    void quiet(boolean value) {
        quiet = value;
    }

    void say(String line) {
        say(() -> line);
    }

    void watch(Watcher newWatcher) {
        watcher = newWatcher;
    }

    List<ReplicaId> replicas() {
        return List.copyOf(places.keySet());
    }

    long applied(ReplicaId id) {
        return places.get(id).applied;
    }

    /// Places of the messages under way that have nothing to do with `shunned`.
    List<Integer> onTheWay(ReplicaId shunned) {
        var places = new ArrayList<Integer>();
        int at = 0;
        for (Letter letter : network) {
            if (!letter.from.equals(shunned) && !letter.to.equals(shunned)) {
                places.add(at);
            }
            at++;
        }
        return places;
    }

    boolean isUp(ReplicaId id) {
        return places.get(id).core != null;
    }

    RaftCore core(ReplicaId id) {
        var core = places.get(id).core;
        if (core == null) {
            throw new IllegalArgumentException("replica " + id + " is down");
        }
        return core;
    }

    List<LogEntry> log(ReplicaId id) {
        return places.get(id).log;
    }

    void advance(long nanos) {
        now += nanos;
    }

    /// Lets time pass until `id` must do something, and ticks it alone.
    void tick(ReplicaId id) {
        now = Math.max(now, core(id).nextDeadline());
        step(id, new Input.Tick());
    }

    void step(ReplicaId id, Input input) {
        var place = places.get(id);
        var core = place.core;
        if (core == null || place.damaged) {
            return;
        }
        for (Effect effect : List.copyOf(core.step(input, now))) {
            say(() -> "  " + id + " " + Trace.of(effect));
            watcher.saw(id, effect);
            perform(id, place, effect);
        }
    }

    /// Every write of `id` becomes durable, and what waited for it leaves.
    boolean sync(ReplicaId id) {
        var place = places.get(id);
        if (place.unsynced.isEmpty() || place.core == null) {
            return false;
        }
        long synced = place.unsynced.getLast().persistId();
        while (!place.unsynced.isEmpty()) {
            keep(place, place.unsynced.removeFirst());
        }
        while (!place.waiting.isEmpty() && place.waiting.getFirst().afterPersistId() <= synced) {
            post(id, place.waiting.removeFirst());
        }
        say(() -> id + " synced #" + synced);
        step(id, new Input.Persisted(synced));
        return true;
    }

    /// Delivers what is on its way now, in order; `to` and `from` restrict it.
    boolean deliver(@Nullable ReplicaId from, @Nullable ReplicaId to) {
        boolean any = false;
        for (Letter letter : take(from, to)) {
            if (places.get(letter.to).core != null) {
                arrive(letter);
                any = true;
            }
        }
        return any;
    }

    /// Delivers the message at a place in the queue; it may stay there, to come again.
    void deliverOne(int at, boolean again) {
        var letters = List.copyOf(network);
        if (!again) {
            network.remove(letters.get(at));
        }
        arrive(letters.get(at));
    }

    private void arrive(Letter letter) {
        say(() -> letter.to + " <- " + letter.from + " " + Trace.of(letter.input.message()));
        step(letter.to, letter.input);
    }

    void drop(@Nullable ReplicaId from, @Nullable ReplicaId to) {
        for (Letter letter : take(from, to)) {
            say(() -> "lost " + letter.from + " -> " + letter.to + " " + Trace.of(letter.input.message()));
        }
    }

    /// Syncs and delivers until nothing moves.
    void settle() {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (ReplicaId id : places.keySet()) {
                moved |= sync(id);
            }
            moved |= deliver(null, null);
        }
    }

    /// Loses what was not synced.
    void crash(ReplicaId id) {
        var place = places.get(id);
        place.core = null;
        place.unsynced.clear();
        place.waiting.clear();
    }

    /// Its volume goes back to a time when the log ended at `last`; then it starts.
    void rollBack(ReplicaId id, long last) {
        crash(id);
        var place = places.get(id);
        place.log.removeIf(entry -> entry.index() > last);
        place.commit = Math.min(place.commit, last);
        start(id);
    }

    void start(ReplicaId id) {
        var place = places.get(id);
        var starts = new ArrayList<LogPosition>();
        for (LogEntry entry : place.log) {
            if (starts.isEmpty() || starts.getLast().term() != entry.term()) {
                starts.add(entry.position());
            }
        }
        place.applied = place.compacted.index();
        long last = place.log.isEmpty()
                ? place.compacted.index()
                : place.log.getLast().index();
        var state = new RecoveredState(
                place.term,
                place.vote,
                place.commit,
                place.compacted,
                place.base.configuration(),
                place.base.index(),
                starts,
                last,
                place.log.stream()
                        .filter(entry -> entry.kind() == EntryKind.CONFIGURATION)
                        .toList(),
                place.applied);
        place.core = new RaftCore(options, id, state, id.value(), now);
    }

    void compact(ReplicaId id, long index) {
        var place = places.get(id);
        step(id, new Input.Applied(place.applied));
        var at = place.log.stream().filter(e -> e.index() == index).findFirst().orElseThrow();
        place.compacted = at.position();
        place.base = core(id).configurationAt(index);
        place.log.removeIf(entry -> entry.index() <= index);
        step(id, new Input.Compacted(index));
    }

    /// Hands the state `from` has applied to `to`, as its leader.
    void snapshot(ReplicaId from, ReplicaId to) {
        var source = core(from);
        long index = places.get(from).applied;
        var position = new LogPosition(source.termAt(index), index);
        boolean reset = !core(to).contains(position);
        var configuration = source.configurationAt(index);
        var place = places.get(to);
        if (reset) {
            place.log.clear();
            place.compacted = position;
            place.base = configuration;
        }
        place.applied = index;
        say(to + " installs " + Trace.at(position) + (reset ? ", log reset" : ""));
        step(
                to,
                new Input.SnapshotInstalled(
                        position, configuration.configuration(), configuration.index(), from, source.term(), reset));
        step(from, new Input.SnapshotSent(to, position));
    }

    void fetched(ReplicaId leader, ReplicaId to, long from) {
        var entries = places.get(leader).log.stream()
                .filter(entry -> entry.index() >= from)
                .toList();
        step(leader, new Input.Fetched(to, entries));
    }

    private void say(Supplier<String> line) {
        if (!quiet) {
            trace.add(line.get());
        }
    }

    private List<Letter> take(@Nullable ReplicaId from, @Nullable ReplicaId to) {
        var taken = new ArrayList<Letter>();
        for (Iterator<Letter> letters = network.iterator(); letters.hasNext(); ) {
            var letter = letters.next();
            if ((from == null || letter.from.equals(from)) && (to == null || letter.to.equals(to))) {
                taken.add(letter);
                letters.remove();
            }
        }
        return taken;
    }

    private void perform(ReplicaId id, Place place, Effect effect) {
        switch (effect) {
            case Effect.Persist persist -> place.unsynced.add(persist);
            case Effect.Send send -> {
                if (send.afterPersistId() == 0) {
                    post(id, send);
                } else {
                    place.waiting.add(send);
                }
            }
            case Effect.Apply(var first, var last) -> place.applied = last;
            case Effect.Proposed proposed -> {}
            case Effect.ProposalRefused refused -> {}
            case Effect.ChangeProposed proposed -> {}
            case Effect.ChangeRefused refused -> {}
            case Effect.ReadOpened opened -> {}
            case Effect.ReadConfirmed confirmed -> {}
            case Effect.ReadsAborted aborted -> {}
            case Effect.RoleChanged changed -> {}
            case Effect.Fetch fetch -> {}
            case Effect.SendSnapshot snapshot -> {}
            case Effect.AcknowledgedLost lost -> place.damaged |= lost.replica().equals(id);
            case Effect.TransferEnded ended -> {}
        }
    }

    private void post(ReplicaId from, Effect.Send send) {
        network.add(new Letter(from, send.to(), new Input.Received(from, send.message())));
    }

    private static void keep(Place place, Effect.Persist persist) {
        if (persist.truncateAfter() >= 0) {
            place.log.removeIf(entry -> entry.index() > persist.truncateAfter());
        }
        place.log.addAll(persist.entries());
        var state = persist.hardState();
        if (state != null) {
            place.term = state.term();
            place.vote = state.votedFor();
            place.commit = state.commit();
        }
    }
}
