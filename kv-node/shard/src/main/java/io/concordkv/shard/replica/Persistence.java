package io.concordkv.shard.replica;

import io.concordkv.raft.Effect;
import io.concordkv.raft.Input;

/// Hands to the WAL what the core wants to be durable, and tells the core when it is. What becomes durable
/// while the replica is frozen is told when it thaws.
final class Persistence {
    private final Replica replica;
    private final ReplicaEnvironment environment;
    private final GroupLog log;
    private final Standing standing;
    private long heldPersistId;

    Persistence(Replica replica, ReplicaEnvironment environment, GroupLog log, Standing standing) {
        this.replica = replica;
        this.environment = environment;
        this.log = log;
        this.standing = standing;
    }

    void persist(Effect.Persist persist) {
        long sequence = log.persist(persist);
        environment.whenDurable(sequence, () -> durable(sequence));
    }

    private void durable(long sequence) {
        long persistId = log.durable(sequence);
        if (persistId == 0) {
            return;
        }
        if (standing.isFrozen()) {
            heldPersistId = persistId;
        } else {
            replica.step(new Input.Persisted(persistId));
        }
    }

    void thawed() {
        if (heldPersistId != 0) {
            long held = heldPersistId;
            heldPersistId = 0;
            replica.step(new Input.Persisted(held));
        }
    }
}
