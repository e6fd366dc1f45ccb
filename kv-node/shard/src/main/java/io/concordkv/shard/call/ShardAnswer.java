package io.concordkv.shard.call;

import io.concordkv.shard.apply.KvReader;
import io.concordkv.shard.command.CommandResult;
import io.concordkv.shard.command.StoredValue;
import io.concordkv.shard.replica.ShardRefusal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The answer to a [ShardCall].
public sealed interface ShardAnswer {
    record Written(CommandResult result) implements ShardAnswer {}

    record Value(Optional<StoredValue> value) implements ShardAnswer {}

    /// In the order of the keys; those left out are to be asked for again.
    record Values(List<Optional<StoredValue>> values) implements ShardAnswer {}

    record Page(KvReader.Page page) implements ShardAnswer {}

    record Count(KvReader.Count count) implements ShardAnswer {}

    /// What was read by a call that takes less than linearizable.
    ///
    /// @param millisMax so old it is at most; empty when nobody can say
    record Aged(ShardAnswer answer, OptionalLong millisMax) implements ShardAnswer {}

    record Refused(ShardRefusal refusal) implements ShardAnswer {}
}
