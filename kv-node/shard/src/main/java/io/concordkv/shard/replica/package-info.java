/// One replica of one group: feeds the Raft core, carries out its effects, applies what is committed,
/// keeps reads and proposals until they are answered, takes and installs snapshots. Owned by the loop.
@NullMarked
package io.concordkv.shard.replica;

import org.jspecify.annotations.NullMarked;
