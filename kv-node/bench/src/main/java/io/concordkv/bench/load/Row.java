package io.concordkv.bench.load;

/// One line of the table.
///
/// @param system  `ConcordKV`, or the peer's name
/// @param setting what tells rows of one kind apart: keyspace and routing
/// @param mode    `shared` or `pinned`
record Row(String system, Workload.Kind kind, String setting, int clients, String mode) {
    /// Rows of two systems that can be compared.
    boolean isComparableTo(Row other) {
        return kind == other.kind && clients == other.clients && mode.equals(other.mode);
    }
}
