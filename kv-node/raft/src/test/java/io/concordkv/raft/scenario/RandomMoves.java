package io.concordkv.raft.scenario;

import io.concordkv.base.LogEntry;
import io.concordkv.base.ReplicaId;
import io.concordkv.raft.Effect;
import io.concordkv.raft.Input;
import io.concordkv.raft.RaftOptions;
import io.concordkv.raft.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// A group moved at random: any message may come next, twice or never, any write may be lost in a crash.
/// Asserts what Raft promises after every move.
final class RandomMoves {
    /// What must not happen.
    static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1;

        Broken(String message) {
            super(message);
        }
    }

    private final SplittableRandom random;
    private final ScenarioGroup group;
    private final Map<Long, ReplicaId> leaders = new HashMap<>();
    private final Map<ReplicaId, TreeMap<Long, LogEntry>> logs = new HashMap<>();
    private final List<LogEntry> committed = new ArrayList<>();
    private final List<Long> committedInTerm = new ArrayList<>();
    private final Map<ReplicaId, TreeMap<Long, Integer>> openReads = new HashMap<>();
    private final List<Runnable> due = new ArrayList<>();

    /// Its messages wait, both ways.
    private ReplicaId shunned = ReplicaId.NONE;

    RandomMoves(long seed) {
        random = new SplittableRandom(seed);
        var usual = RaftOptions.DEFAULT;
        var options = new RaftOptions(
                usual.electionTimeoutNanos(),
                usual.rankDelayNanos(),
                usual.heartbeatNanos(),
                usual.commitDelayNanos(),
                usual.voteRetryNanosMin(),
                usual.voteRetryNanosMax(),
                random.nextBoolean() ? 1 : 200,
                random.nextInt(1, 8),
                usual.inflightBytesMax(),
                usual.uncommittedBytesMax(),
                usual.cacheBytesMax());
        group = new ScenarioGroup(random.nextBoolean() ? 3 : 5, random.nextInt(2), 0, options);
        group.quiet(true);
        group.watch(this::saw);
        group.replicas().forEach(id -> logs.put(id, new TreeMap<>()));
    }

    /// Moves at random, then lets everybody run in peace and expects agreement.
    void run(int moves) {
        for (int i = 0; i < moves; i++) {
            move();
        }
        group.replicas().stream().filter(id -> !group.isUp(id)).forEach(this::start);
        long before = committed.size();
        for (int turn = 0; turn < 400 && !agreed(before); turn++) {
            group.settle();
            runDue();
            tickNext();
            leader(turn).ifLeads(id -> group.step(id, new Input.Propose(List.of(new byte[1]))));
        }
        require(agreed(before), "no agreement in peace: " + committed.size() + " were " + before);
    }

    private boolean agreed(long before) {
        return committed.size() > before + 1
                && group.replicas().stream().allMatch(id -> group.applied(id) > before + 1);
    }

    private void move() {
        var id = any();
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4, 5 -> deliver();
            case 6, 7, 8 -> group.sync(id);
            case 9 -> tick(id);
            case 10, 11 ->
                leader(random.nextInt(5)).ifLeads(l -> group.step(l, new Input.Propose(List.of(new byte[2]))));
            case 12 -> leaders().forEach(l -> group.step(l, new Input.Read()));
            case 13 -> leader(random.nextInt(5)).ifLeads(l -> group.step(l, new Input.FrameAcknowledged(id)));
            case 14 -> runDue();
            default -> rarely(id);
        }
    }

    private void rarely(ReplicaId id) {
        switch (random.nextInt(8)) {
            case 0 -> group.drop(id, null);
            case 1 -> leader(0).ifLeads(l -> group.step(l, new Input.TransferLeader(id)));
            case 2 -> group.step(id, new Input.PeerUnreachable(any()));
            case 3 -> {
                if (group.isUp(id)) {
                    crash(id);
                }
            }
            case 4 -> shunned = random.nextInt(3) == 0 ? ReplicaId.NONE : id;
            case 5 -> leader(0).ifLeads(this::usurp);
            default -> {
                if (!group.isUp(id)) {
                    start(id);
                }
            }
        }
    }

    private void deliver() {
        var letters = group.onTheWay(shunned);
        if (!letters.isEmpty()) {
            int at = letters.get(random.nextInt(Math.min(letters.size(), 6)));
            group.deliverOne(at, random.nextInt(10) == 0);
        }
    }

    /// The one whose turn it is, or one that should have waited: the others were slow.
    private void tick(ReplicaId id) {
        if (random.nextInt(4) == 0 && group.isUp(id) && group.core(id).nextDeadline() < Long.MAX_VALUE) {
            group.tick(id);
        } else {
            tickNext();
        }
    }

    /// The others elect somebody else and commit something while this leader notices nothing.
    private void usurp(ReplicaId old) {
        shunned = old;
        for (int i = 0; i < 80; i++) {
            var other = any();
            if (!other.equals(old) && group.isUp(other)) {
                group.sync(other);
                if (i % 40 == 0 && group.core(other).nextDeadline() < Long.MAX_VALUE) {
                    group.tick(other);
                }
            }
            deliver();
            if (i % 20 == 0) {
                leaders().forEach(l -> group.step(l, new Input.Propose(List.of(new byte[3]))));
            }
        }
        group.step(old, new Input.Read());
        if (random.nextBoolean()) {
            shunned = ReplicaId.NONE;
        }
    }

    private void crash(ReplicaId id) {
        group.crash(id);
        openReads.remove(id);
    }

    private void start(ReplicaId id) {
        group.start(id);
        var log = new TreeMap<Long, LogEntry>();
        group.log(id).forEach(entry -> log.put(entry.index(), entry));
        logs.put(id, log);
    }

    /// The replica whose time comes first is ticked.
    private void tickNext() {
        group.replicas().stream()
                .filter(id -> group.isUp(id) && group.core(id).nextDeadline() < Long.MAX_VALUE)
                .min((a, b) ->
                        Long.compare(group.core(a).nextDeadline(), group.core(b).nextDeadline()))
                .ifPresent(group::tick);
    }

    private void runDue() {
        var now = List.copyOf(due);
        due.clear();
        now.forEach(Runnable::run);
    }

    private void saw(ReplicaId id, Effect effect) {
        switch (effect) {
            case Effect.Persist persist -> persisted(id, persist);
            case Effect.Apply(var first, var last) -> applied(id, first, last);
            case Effect.RoleChanged(var role, var term, var leader) -> {
                if (role == Role.LEADER) {
                    elected(id, term);
                }
            }
            case Effect.Fetch(var to, var from, var bytes) ->
                due.add(() -> {
                    var log = logs.get(id);
                    if (group.isUp(id) && log.containsKey(from)) {
                        group.step(id, new Input.Fetched(to, List.of(log.get(from))));
                    }
                });
            case Effect.ReadOpened(var round) ->
                openReads.computeIfAbsent(id, r -> new TreeMap<>()).merge(round, committed.size(), Math::max);
            case Effect.ReadConfirmed(var round, var index) -> confirmed(id, round, index);
            case Effect.ReadsAborted aborted -> openReads.remove(id);
            case Effect.Send send -> {}
            case Effect.Proposed proposed -> {}
            case Effect.ProposalRefused refused -> {}
            case Effect.ChangeProposed proposed -> {}
            case Effect.ChangeRefused refused -> {}
            case Effect.SendSnapshot snapshot -> require(false, "nothing is compacted, but a snapshot is sent");
            case Effect.AcknowledgedLost lost -> require(false, "nobody lost anything, but " + lost);
            case Effect.TransferEnded ended -> {}
        }
    }

    private void persisted(ReplicaId id, Effect.Persist persist) {
        var log = logs.get(id);
        if (persist.truncateAfter() >= 0) {
            log.tailMap(persist.truncateAfter(), false).clear();
        }
        for (LogEntry entry : persist.entries()) {
            log.put(entry.index(), entry);
            for (var other : logs.values()) {
                var same = other.get(entry.index());
                boolean matches = same == null
                        || same.term() != entry.term()
                        || (same == entry && termAt(other, entry.index() - 1) == termAt(log, entry.index() - 1));
                require(matches, id + " holds another " + entry);
            }
        }
    }

    private void applied(ReplicaId id, long first, long last) {
        for (long index = first; index <= last; index++) {
            var entry = logs.get(id).get(index);
            if (index == committed.size() + 1) {
                committed.add(entry);
                committedInTerm.add(group.core(id).term());
            } else {
                require(committed.get((int) index - 1) == entry, id + " applies another " + entry);
            }
        }
    }

    private void elected(ReplicaId id, long term) {
        require(leaders.putIfAbsent(term, id) == null, "second leader in term " + term);
        for (int i = 0; i < committed.size(); i++) {
            boolean has = logs.get(id).get(i + 1L) == committed.get(i);
            require(has || committedInTerm.get(i) > term, id + " leads without " + committed.get(i));
        }
    }

    private void confirmed(ReplicaId id, long round, long index) {
        var open = openReads.computeIfAbsent(id, r -> new TreeMap<>()).headMap(round, true);
        open.values().forEach(floor -> require(index >= floor, "read at " + index + " misses " + floor));
        open.clear();
    }

    private interface Leading {
        void ifLeads(java.util.function.Consumer<ReplicaId> action);
    }

    /// One of those who believe to lead.
    private Leading leader(int which) {
        var leading = leaders();
        return action -> {
            if (!leading.isEmpty()) {
                action.accept(leading.get(which % leading.size()));
            }
        };
    }

    private List<ReplicaId> leaders() {
        return group.replicas().stream()
                .filter(id -> group.isUp(id) && group.core(id).role() == Role.LEADER)
                .toList();
    }

    private ReplicaId any() {
        var ids = group.replicas();
        return ids.get(random.nextInt(ids.size()));
    }

    private static long termAt(TreeMap<Long, LogEntry> log, long index) {
        var entry = log.get(index);
        return entry == null ? 0 : entry.term();
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new Broken(message);
        }
    }
}
