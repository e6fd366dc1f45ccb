package io.concordkv.it.fault;

import java.util.List;

/// One thing that goes wrong, and what must be so all the same. That the history is linearizable, that
/// nothing acknowledged is lost and that every shard takes writes in the end is checked of each.
///
/// @param name   for `--only` and programs
/// @param number in research/raft.md §6.3; 0 for what is measured beside them
/// @param title  for people: what goes wrong
/// @param bar    for people: what must be so besides
/// @param field  what it needs
public record Fault(String name, int number, String title, String bar, Field field, Body body) {
    /// The cluster a fault is put on.
    ///
    /// @param nodes     how many
    /// @param shards    of the keyspace `default`
    /// @param own       whether nobody else can use the cluster before or afterwards
    /// @param volume    whether the data lie on a small volume of their own
    /// @param arguments JVM arguments of the nodes
    public record Field(int nodes, int shards, boolean own, boolean volume, List<String> arguments) {
        private static final int SHARDS = 8;

        /// Three nodes that other faults use as well.
        public static final Field SHARED = new Field(3, SHARDS, false, false, List.of());

        /// Three nodes of its own.
        public static final Field OWN = new Field(3, SHARDS, true, false, List.of());

        public Field {
            arguments = List.copyOf(arguments);
        }

        Field withNodes(int count) {
            return new Field(count, shards, own, volume, arguments);
        }

        Field onVolume() {
            return new Field(nodes, shards, true, true, arguments);
        }

        Field with(String... more) {
            return new Field(nodes, shards, true, volume, List.of(more));
        }
    }

    /// Returns when all was as it must be and the fault is healed; throws
    /// [io.concordkv.it.finding.Difference] when not, [io.concordkv.it.finding.NotRun] when it cannot be
    /// tried here. Anything else thrown counts as a difference too.
    @FunctionalInterface
    public interface Body {
        void run(Arena arena) throws Exception;
    }
}
