package io.concordkv.node.duty;

import io.concordkv.base.ShardId;
import io.concordkv.shard.apply.KvStateMachine;
import io.concordkv.shard.command.ApplyResult;
import io.concordkv.shard.command.CommandCodec;
import io.concordkv.shard.command.KvCommand;
import io.concordkv.shard.host.ShardHost;
import io.concordkv.shard.replica.ProposalListener;
import io.concordkv.shard.replica.Replica;
import io.concordkv.shard.replica.ShardRefusal;
import java.util.Optional;
import java.util.TreeSet;

/// Leaders propose expiry within a second after a deadline, never before (SAFETY S3).
final class ExpiryDuty {
    private static final long PROPOSE_NANOS = 2_000_000_000L;

    private final ShardHost host;
    private final TreeSet<ShardId> proposed = new TreeSet<>();

    ExpiryDuty(ShardHost host) {
        this.host = host;
    }

    /// A log that is used up keeps its room for what keeps the groups alive: keys outlive their deadlines
    /// until there is room again.
    void look() {
        if (host.isStorageExhausted()) {
            return;
        }
        long time = host.clocks().clampedMillis();
        for (Replica replica : host.leaders()) {
            if (replica.isLeader()
                    && replica.machine() instanceof KvStateMachine machine
                    && !proposed.contains(replica.shard())) {
                Optional<Long> earliest = machine.earliestDeadline();
                if (earliest.isPresent() && earliest.get() <= time) {
                    propose(replica, time);
                }
            }
        }
    }

    private void propose(Replica replica, long time) {
        ShardId shard = replica.shard();
        proposed.add(shard);
        byte[] payload = CommandCodec.encode(new KvCommand(time, Optional.empty(), new KvCommand.ExpireUpTo(time)));
        replica.propose(payload, host.clock().nanos() + PROPOSE_NANOS, new ProposalListener() {
            @Override
            public void applied(ApplyResult result) {
                proposed.remove(shard);
            }

            @Override
            public void refused(ShardRefusal refusal) {
                proposed.remove(shard); // the next look tries again
            }
        });
    }
}
