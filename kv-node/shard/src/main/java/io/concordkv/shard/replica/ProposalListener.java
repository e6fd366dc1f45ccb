package io.concordkv.shard.replica;

import io.concordkv.shard.command.ApplyResult;

/// Gets the one end of a proposal, on the loop.
public interface ProposalListener {
    void applied(ApplyResult result);

    void refused(ShardRefusal refusal);
}
