/// One segmented write-ahead log per node, shared by all Raft groups (SAFETY L1–L8; the format is
/// drawn in this module's README and beside each codec).
///
/// Imports `base` and `disk`. Records come in from any thread through [io.concordkv.wal.Wal#enqueue];
/// one pump at a time writes and syncs them: [io.concordkv.wal.WalThread] in a process, the world
/// itself in the simulator. Configurations are opaque bytes here.
@NullMarked
package io.concordkv.wal;

import org.jspecify.annotations.NullMarked;
