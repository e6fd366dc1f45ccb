package io.concordkv.wire;

import java.util.List;

/// @param succeeded the conditions held, so `then` was done
/// @param revision  of the change; 0 when nothing was changed
/// @param results   of the operations done, in their order
public record TransactionResult(boolean succeeded, long revision, List<OperationResult> results) {
    public TransactionResult {
        results = List.copyOf(results);
    }
}
