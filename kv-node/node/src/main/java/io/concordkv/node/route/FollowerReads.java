package io.concordkv.node.route;

import io.concordkv.base.Clock;
import io.concordkv.base.DecodeException;
import io.concordkv.base.Flaw;
import io.concordkv.base.NodeId;
import io.concordkv.base.ReplicaId;
import io.concordkv.base.ShardId;
import io.concordkv.raft.RaftCore;
import io.concordkv.raft.Role;
import io.concordkv.shard.host.Exchange;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.shard.replica.ReadListener;
import io.concordkv.shard.replica.Replica;
import io.concordkv.shard.replica.ShardRefusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/// Linearizable reads of replicas that do not lead (SPEC RAFT-4): the leader says up to where they must have
/// applied, after a round of its own, and the read is served here. One question a replica is open at a time;
/// reads that come meanwhile share the next. Where it takes too long the reads are refused, and the leader
/// is asked to serve them; for a while then, no replica of that shard tries again.
final class FollowerReads {
    private static final long ASK_MILLIS_MAX = 500;
    private static final long APPLY_NANOS_MAX = 100_000_000;
    private static final long PAUSE_NANOS = 1_000_000_000;
    private static final long OVERLOADED_MILLIS = 20;

    private record Waiting(long deadlineNanos, ReadListener listener) {}

    /// The reads of one replica that have no index yet.
    private static final class Line {
        private final Replica replica;
        private List<Waiting> waiting = new ArrayList<>();
        private int asked;

        Line(Replica replica) {
            this.replica = replica;
        }
    }

    private final ShardHost host;
    private final Clock clock;
    private final IntSupplier level;
    private final Map<ShardId, Line> lines = new TreeMap<>();
    private final Map<ShardId, Long> pausedUntilNanos = new TreeMap<>();

    /// @param level the cluster's, as far as it is known here (SAFETY S9)
    FollowerReads(ShardHost host, IntSupplier level) {
        this.host = host;
        this.clock = host.clock();
        this.level = level;
        host.exchange().serve(Services.READ_INDEX, this::asked);
    }

    /// A voter that is trusted, follows a leader and has caught up with it once.
    boolean mayServe(Replica replica) {
        return mayAsk(replica)
                && replica.hasCaughtUp()
                && replica.core().configuration().isVoter(replica.id());
    }

    /// Whether the leader may be asked for a read index; by a learner too, which is no promise to be in time.
    boolean mayAsk(Replica replica) {
        return level.getAsInt() >= ShardRouter.LEVEL && isFollowing(replica) && !isPaused(replica.shard());
    }

    private boolean isPaused(ShardId shard) {
        Long until = pausedUntilNanos.get(shard);
        if (until == null || clock.nanos() - until < 0) {
            return until != null;
        }
        pausedUntilNanos.remove(shard);
        return false;
    }

    private boolean isFollowing(Replica replica) {
        RaftCore core = replica.core();
        NodeId leader = replica.leaderNode();
        return core.role() == Role.FOLLOWER
                && replica.isCleared()
                && !replica.isClosed()
                && replica.damage().isEmpty()
                && core.configuration().contains(replica.id())
                && !leader.equals(NodeId.NONE)
                && !leader.equals(host.identity().node());
    }

    /// @param listener is told when the replica may be read, or refused
    void read(Replica replica, long deadlineNanos, ReadListener listener) {
        Line line = lines.get(replica.shard());
        if (line == null || line.replica != replica) {
            line = new Line(replica);
            lines.put(replica.shard(), line);
        }
        if (line.waiting.size() + line.asked >= host.options().readsMax()) {
            listener.refused(new ShardRefusal.Overloaded(OVERLOADED_MILLIS));
            return;
        }
        line.waiting.add(new Waiting(deadlineNanos, listener));
        if (line.waiting.size() == 1 && line.asked == 0) {
            Line next = line;
            host.loop().execute(() -> ask(next)); // what else comes within this turn joins
        }
    }

    private void ask(Line line) {
        List<Waiting> batch = line.waiting;
        if (batch.isEmpty()) {
            lines.remove(line.replica.shard(), line);
            return;
        }
        line.waiting = new ArrayList<>();
        line.asked = batch.size();
        Replica replica = line.replica;
        if (!isFollowing(replica)) {
            refuse(line, batch);
            return;
        }
        RaftCore core = replica.core();
        long now = clock.nanos();
        long last = now;
        for (Waiting each : batch) {
            last = Math.max(last, each.deadlineNanos);
        }
        byte[] question = new ReadIndexQuestion(replica.shard(), replica.id(), core.leader(), core.term()).encode();
        long timeoutMillis = Math.max(1, Math.min(ASK_MILLIS_MAX, (last - now) / 2_000_000));
        host.exchange()
                .ask(replica.leaderNode(), Services.READ_INDEX, question, timeoutMillis, new Exchange.ReplyListener() {
                    @Override
                    public void replied(byte[] body) {
                        answered(line, batch, now, index(body));
                    }

                    @Override
                    public void notSent() {
                        pause(replica);
                        refuse(line, batch);
                    }

                    @Override
                    public void lost() {
                        pause(replica);
                        refuse(line, batch);
                    }
                });
    }

    private static OptionalLong index(byte[] body) {
        try {
            return ReadIndexQuestion.Answer.decode(body).index();
        } catch (DecodeException e) {
            return OptionalLong.empty(); // of a node that knows more: the leader serves the reads itself then
        }
    }

    private void answered(Line line, List<Waiting> batch, long askedNanos, OptionalLong index) {
        if (index.isEmpty()) {
            refuse(line, batch);
            return;
        }
        Replica replica = line.replica;
        long now = clock.nanos();
        if (!Flaw.FOLLOWER_READ_BEFORE_APPLY.isOn()) {
            replica.freshness().confirmed(index.getAsLong(), askedNanos, now);
        }
        long applied = Flaw.FOLLOWER_READ_BEFORE_APPLY.isOn() ? 0 : index.getAsLong();
        for (Waiting each : batch) {
            replica.readAt(applied, Math.min(each.deadlineNanos, now + APPLY_NANOS_MAX), pausing(replica, each));
        }
        next(line);
    }

    /// A replica that does not apply in time is behind, and will be for the next reads too.
    private ReadListener pausing(Replica replica, Waiting read) {
        return new ReadListener() {
            @Override
            public void ready() {
                read.listener.ready();
            }

            @Override
            public void refused(ShardRefusal refusal) {
                pause(replica);
                read.listener.refused(refusal);
            }
        };
    }

    private void pause(Replica replica) {
        pausedUntilNanos.put(replica.shard(), clock.nanos() + PAUSE_NANOS);
    }

    private void refuse(Line line, List<Waiting> batch) {
        batch.forEach(it -> it.listener.refused(new ShardRefusal.NoLeader()));
        next(line);
    }

    private void next(Line line) {
        line.asked = 0;
        if (line.waiting.isEmpty()) {
            lines.remove(line.replica.shard(), line);
        } else {
            host.loop().execute(() -> ask(line));
        }
    }

    /// Answers what another node's replica asks of the one that leads here.
    private void asked(NodeId from, byte[] body, long timeoutMillis, Consumer<byte[]> reply) {
        ReadIndexQuestion question;
        try {
            question = ReadIndexQuestion.decode(body);
        } catch (DecodeException e) {
            return; // of a newer node: it sees no answer, as with any request this one does not know
        }
        Replica replica = host.find(question.shard()).orElse(null);
        if (replica == null || !leadsFor(replica, from, question)) {
            reply.accept(ReadIndexQuestion.Answer.NONE.encode());
            return;
        }
        replica.readIndex(clock.nanos() + timeoutMillis * 1_000_000, new ReadListener() {
            @Override
            public boolean confirmed(long readIndex) {
                reply.accept(new ReadIndexQuestion.Answer(OptionalLong.of(readIndex)).encode());
                return true;
            }

            @Override
            public void ready() {
                throw new IllegalStateException("an index was asked for, nothing is read here");
            }

            @Override
            public void refused(ShardRefusal refusal) {
                reply.accept(ReadIndexQuestion.Answer.NONE.encode());
            }
        });
    }

    /// In the very term that the asker knows, and for a member of the newest configuration (SAFETY R1).
    private static boolean leadsFor(Replica replica, NodeId from, ReadIndexQuestion question) {
        ReplicaId asker = question.from();
        return replica.isLeader()
                && replica.id().equals(question.to())
                && replica.core().term() == question.term()
                && replica.core().configuration().contains(asker)
                && replica.nodeOf(asker).equals(from);
    }
}
