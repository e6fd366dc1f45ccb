package io.concordkv.wire;

import java.util.List;

/// What a transaction asks for: when all conditions hold, `then`, else `otherwise`; atomic. None of
/// its operations is a [KvOperation.Refused].
public record TransactionBody(List<Condition> conditions, List<KvOperation> then, List<KvOperation> otherwise) {
    public TransactionBody {
        conditions = List.copyOf(conditions);
        then = List.copyOf(then);
        otherwise = List.copyOf(otherwise);
    }
}
