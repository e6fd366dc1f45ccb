/// Snapshots: engine-neutral files of sorted rows, written and read in the background. The WAL record
/// decides which file counts, never the folder (SAFETY S6).
@NullMarked
package io.concordkv.shard.snapshot;

import org.jspecify.annotations.NullMarked;
