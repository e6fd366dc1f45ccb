package io.concordkv.bench.step;

import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.raft.Configuration;
import io.concordkv.raft.Effect;
import io.concordkv.raft.Input;
import io.concordkv.raft.Member;
import io.concordkv.raft.MemberRole;
import io.concordkv.raft.PeerMessage;
import io.concordkv.raft.RaftCore;
import io.concordkv.raft.RaftOptions;
import io.concordkv.raft.RecoveredState;
import io.concordkv.raft.Role;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// Three replicas of a group in one thread, without disk and network: what is persisted is durable at once, what is
/// sent arrives in order, what is committed is applied at once.
final class ThreeCores {
    private static final int REPLICAS = 3;
    private static final long STEP_NANOS = 100_000;

    private final List<RaftCore> cores = new ArrayList<>();
    private final ArrayDeque<Letter> letters = new ArrayDeque<>();
    private long now = 1;

    private record Letter(int to, Input input) {}

    ThreeCores() {
        List<Member> members = new ArrayList<>();
        for (int i = 1; i <= REPLICAS; i++) {
            members.add(new Member(new ReplicaId(i), new NodeId(i), MemberRole.VOTER));
        }
        RecoveredState created = RecoveredState.empty(Configuration.of(members));
        for (int i = 1; i <= REPLICAS; i++) {
            cores.add(new RaftCore(RaftOptions.DEFAULT, new ReplicaId(i), created, i, now));
        }
        RaftCore first = cores.getFirst();
        while (first.role() != Role.LEADER || first.commitIndex() == 0) {
            now = Math.max(now, first.nextDeadline());
            step(0, new Input.Tick());
            deliver();
        }
    }

    /// The leader proposes; returns when everything under way has arrived.
    ///
    /// @return the leader's commit index
    long propose(List<byte[]> payloads) {
        now += STEP_NANOS;
        for (int i = 0; i < REPLICAS; i++) {
            if (now >= cores.get(i).nextDeadline()) {
                step(i, new Input.Tick());
            }
        }
        step(0, new Input.Propose(payloads));
        deliver();
        return cores.getFirst().commitIndex();
    }

    /// Drops the logs up to what every replica has applied.
    void compact() {
        long applied = cores.stream().mapToLong(RaftCore::commitIndex).min().orElseThrow();
        for (int i = 0; i < REPLICAS; i++) {
            step(i, new Input.Compacted(applied));
        }
    }

    private void deliver() {
        while (!letters.isEmpty()) {
            Letter letter = letters.removeFirst();
            step(letter.to, letter.input);
        }
    }

    private void step(int place, Input input) {
        RaftCore core = cores.get(place);
        List<Effect> effects = core.step(input, now);
        long persisted = 0;
        long applied = 0;
        for (int i = 0; i < effects.size(); i++) {
            switch (effects.get(i)) {
                case Effect.Persist persist -> persisted = persist.persistId();
                case Effect.Send(ReplicaId to, PeerMessage message, long ignored) ->
                    letters.addLast(new Letter((int) to.value() - 1, new Input.Received(core.self(), message)));
                case Effect.Apply apply -> applied = apply.last();
                case Effect.ProposalRefused refused ->
                    throw new IllegalStateException("the proposal was refused: " + refused);
                case Effect.Fetch fetch -> throw new IllegalStateException("nothing is lost here: " + fetch);
                case Effect.SendSnapshot send -> throw new IllegalStateException("nothing is lost here: " + send);
                case Effect other -> {}
            }
        }
        if (persisted > 0) {
            step(place, new Input.Persisted(persisted));
        }
        if (applied > 0) {
            step(place, new Input.Applied(applied));
        }
    }
}
