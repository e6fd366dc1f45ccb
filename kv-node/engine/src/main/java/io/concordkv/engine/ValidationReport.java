package io.concordkv.engine;

import java.util.List;

/// Outcome of [StorageEngine#validate].
///
/// @param entries  entries read
/// @param nodes    nodes, blocks or pages read
/// @param problems what was found wrong, one sentence each; empty when the engine is sound
public record ValidationReport(long entries, long nodes, List<String> problems) {
    public ValidationReport {
        problems = List.copyOf(problems);
    }

    public boolean isSound() {
        return problems.isEmpty();
    }
}
