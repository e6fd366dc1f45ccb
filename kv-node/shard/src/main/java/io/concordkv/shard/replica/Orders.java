package io.concordkv.shard.replica;

import io.concordkv.base.ReplicaId;
import io.concordkv.raft.ChangeRefusal;
import io.concordkv.raft.Input;
import io.concordkv.raft.Member;
import io.concordkv.raft.RaftCore;
import io.concordkv.raft.Role;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the cluster orders of one replica: to hand leadership over, to stay out of it, to change the members.
final class Orders {
    private final Replica replica;
    private final ReplicaEnvironment environment;
    private final RaftCore core;
    private final Standing standing;
    private boolean reluctant;
    private @Nullable Consumer<Boolean> transferListener;
    private @Nullable ChangeRefusal changeRefusal;

    Orders(Replica replica, ReplicaEnvironment environment, Standing standing) {
        this.replica = replica;
        this.environment = environment;
        this.core = replica.core();
        this.standing = standing;
    }

    void setReluctant(boolean value) {
        if (value != reluctant) {
            reluctant = value;
            replica.step(new Input.SetReluctant(value));
        }
    }

    void transferLeader(ReplicaId to, Consumer<Boolean> ended) {
        if (standing.isSilent() || core.role() != Role.LEADER || transferListener != null) {
            ended.accept(false);
            return;
        }
        transferListener = ended;
        replica.step(new Input.TransferLeader(to));
    }

    void transferEnded(boolean handedOver) {
        Consumer<Boolean> listener = transferListener;
        transferListener = null;
        if (listener != null) {
            environment.loop().execute(() -> listener.accept(handedOver));
        }
    }

    Optional<ChangeRefusal> changeMembers(List<Member> members, long expectedIndex) {
        changeRefusal = ChangeRefusal.NOT_LEADER;
        if (!standing.isSilent()) {
            replica.step(new Input.ChangeMembers(members, expectedIndex));
        }
        return Optional.ofNullable(changeRefusal);
    }

    /// The core's answer to the change that is asked for right now; null when it has begun.
    void changeAnswered(@Nullable ChangeRefusal refusal) {
        changeRefusal = refusal;
    }
}
